import { stretches } from './visible.ts'

interface Props {
  readonly text: string
  readonly className?: string
  /** Marks where this was found, letter case ignored. */
  readonly hit?: string | undefined
  readonly keepsTabs?: boolean
}

/** Every string that came from outside is shown through this: nothing hidden in it can act or stay hidden. */
export function VisibleText({ text, className, hit, keepsTabs = false }: Props) {
  return (
    <bdi className={className === undefined ? 'said' : `said ${className}`}>
      {stretches(text, keepsTabs).map((part, index) =>
        part.hidden ? (
          <span key={index} className="hidden-char">
            {part.text}
          </span>
        ) : (
          <Marked key={index} text={part.text} hit={hit} />
        ),
      )}
    </bdi>
  )
}

function Marked({ text, hit }: { text: string; hit?: string | undefined }) {
  if (hit === undefined || hit === '') return text
  const found = text.toLowerCase().indexOf(hit.toLowerCase())
  if (found < 0) return text
  return (
    <>
      {text.slice(0, found)}
      <mark>{text.slice(found, found + hit.length)}</mark>
      <Marked text={text.slice(found + hit.length)} hit={hit} />
    </>
  )
}
