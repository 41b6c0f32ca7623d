import { type CSSVariablesResolver, createTheme } from '@mantine/core'

/** Mantine asks for ten shades; only those a component of ours reaches are ever seen. */
const petrol = [
  '#e3f0f4',
  '#cfe3ea',
  '#97c3d2',
  '#62bbd6',
  '#4b95ae',
  '#1d7f9c',
  '#127491',
  '#0a6580',
  '#08536a',
  '#064254',
] as const
const ink = [
  '#f6f8f8',
  '#f1f4f4',
  '#e5e9ea',
  '#cdd4d6',
  '#869195',
  '#5f6c71',
  '#465257',
  '#2b3438',
  '#171b1d',
  '#0f1213',
] as const

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 5 },
  colors: { petrol, gray: ink },
  fontFamily: 'var(--font-ui)',
  fontFamilyMonospace: 'var(--font-mono)',
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '15px', xl: '20px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '22px', xl: '28px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '20px', xl: '32px' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'md',
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '15px', lineHeight: '22px' }, h2: { fontSize: '13px', lineHeight: '20px' } },
  },
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'xs', variant: 'default' } },
    ActionIcon: { defaultProps: { variant: 'subtle', size: 28, color: 'gray' } },
    TextInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', checkIconPosition: 'right' } },
    Textarea: { defaultProps: { size: 'sm' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false, fz: 12 } },
    PasswordInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs', hideControls: true } },
    MultiSelect: { defaultProps: { size: 'xs', checkIconPosition: 'right' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Modal: { defaultProps: { shadow: 'md', radius: 10, closeButtonProps: { 'aria-label': 'Close' } } },
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-start', offset: 4 } },
  },
})

/** Mantine's own variables, answered from our tokens, so that a Mantine component never brings a colour of its own. */
const shared = {
  '--mantine-color-body': 'var(--bg)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--text-2)',
  '--mantine-color-placeholder': 'var(--text-3)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-error': 'var(--fail)',
  '--mantine-primary-color-filled': 'var(--accent-fill)',
  '--mantine-primary-color-light': 'var(--accent-tint)',
  '--mantine-primary-color-light-color': 'var(--accent)',
  '--mantine-color-gray-light-color': 'var(--text-2)',
  '--mantine-color-gray-light-hover': 'var(--hover)',
  '--mantine-shadow-md': 'var(--shadow)',
}

/** Both schemes answer from the same names; tokens.css decides what they are. */
export const resolver: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared })
