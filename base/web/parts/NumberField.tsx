import { NumberInput, type NumberInputProps } from '@mantine/core'

/** A field for a number: narrow, since a number is short, under words that need not be. */
export function NumberField(props: NumberInputProps) {
  return (
    <NumberInput
      w={{ base: '100%', sm: 260 }}
      styles={{ description: { width: 'max-content', maxWidth: 'min(560px, 84vw)' } }}
      {...props}
    />
  )
}
