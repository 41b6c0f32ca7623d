import { VisibleText } from './VisibleText.tsx'

interface Props {
  readonly name: string
  readonly kind: 'person' | 'token' | 'agent' | 'system'
  readonly hit?: string
}

/** People are round, credentials and agents square: who acted is legible before the name is read. */
export function Actor({ name, kind }: Props) {
  const machine = kind !== 'person'
  const initials = name
    .split(/[\s.-]+/)
    .map((word) => (/^[\p{L}\p{N}]/u.test(word) ? word.slice(0, 1) : ''))
    .join('')
    .slice(0, 2)
    .toUpperCase()
  return (
    <span className={kind === 'agent' || kind === 'system' ? 'actor faint' : 'actor'}>
      <span className={machine ? 'face square' : 'face'} aria-hidden="true">
        {initials}
      </span>
      <VisibleText text={name} className="clip" />
    </span>
  )
}
