import '../../base/web/no-eval.ts'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '@fontsource-variable/inter/wght.css'
import '@fontsource/commit-mono/latin-400.css'
import '@fontsource/commit-mono/latin-600.css'
import '../../base/web/theme/tokens.css'
import '../../base/web/theme/base.css'
import '../../base/web/theme/mantine.css'
import '../../base/web/parts/parts.css'
import { createRoot } from 'react-dom/client'
import { Console } from './Console.tsx'

createRoot(document.getElementById('root')!).render(<Console />)
