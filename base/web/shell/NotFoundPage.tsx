import { Button } from '@mantine/core'
import { PageHead } from '../parts/PageHead.tsx'
import { Plate } from '../parts/Plate.tsx'
import { useGo } from '../parts/use-go.ts'

export function NotFoundPage() {
  const go = useGo()
  return (
    <>
      <PageHead title="Not found" />
      <Plate
        kind="empty"
        title="Nothing is at this address"
        actions={<Button onClick={() => go('/commands')}>Go to commands</Button>}
      >
        <p>It may be misspelt, or lead to a record that is not yours to see. Both look the same from here.</p>
      </Plate>
    </>
  )
}
