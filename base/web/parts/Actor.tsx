import { IconKey } from '@tabler/icons-react'
import { VisibleText } from './VisibleText.tsx'
import { visible } from './visible.ts'

interface Props {
  readonly name: string
  readonly kind: 'person' | 'token' | 'agent' | 'system'
  /** The token a person acted through. */
  readonly via?: { readonly name: string } | null | undefined
  readonly hit?: string
}

/** People are round, credentials and agents square: who acted is legible before the name is read. */
export function Actor({ name, kind, via }: Props) {
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
      {via ? (
        <span className="actor-via" title={`${visible(name)} via the token ${visible(via.name)}`}>
          <VisibleText text={name} className="clip" />
          <span className="sr-only">via the token</span>
          <IconKey size={12} stroke={1.6} className="faint" aria-hidden="true" />
          <VisibleText text={via.name} className="clip faint" />
        </span>
      ) : (
        <VisibleText text={name} className="clip" />
      )}
    </span>
  )
}
