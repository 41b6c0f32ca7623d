/** What a shell says of itself by OSC 133 or 633. */
export type Mark =
  | { readonly type: 'prompt' | 'prompt end' | 'output' }
  | { readonly type: 'done'; readonly exitCode: number | undefined }
  | { readonly type: 'command'; readonly text: string }

const MOST_TEXT = 1 << 17

/**
 * @param data behind `133;` or `633;`. Ours carry the nonce as their last field, VS Code's only behind the command.
 * @param isNonce when given, a mark whose last field is no nonce is none: anything that prints could have made it.
 */
export function readMark(
  code: 133 | 633,
  data: string,
  isNonce: ((text: string) => boolean) | undefined,
): Mark | undefined {
  if (data.length > MOST_TEXT) return undefined
  const [letter, ...fields] = data.split(';')
  if (isNonce !== undefined && !isNonce(fields.at(-1) ?? '')) return undefined
  switch (letter) {
    case 'A':
      return { type: 'prompt' }
    case 'B':
      return { type: 'prompt end' }
    case 'C': {
      // fish 4 and kitty tell the command here.
      const told = fields.find((field) => /^cmdline(_url)?=/.test(field))
      if (code === 133 && told?.startsWith('cmdline_url=')) {
        const text = decoded(told.slice(12))
        if (text !== undefined) return { type: 'command', text }
      }
      return { type: 'output' }
    }
    case 'D': {
      const exitCode = /^\d{1,5}$/.test(fields[0] ?? '') ? Number(fields[0]) : undefined
      return { type: 'done', exitCode: isNonce !== undefined && fields.length < 2 ? undefined : exitCode }
    }
    case 'E':
      // fish tells of a line of blanks, too.
      return code === 633 && fields[0]?.trim() ? { type: 'command', text: unescaped(fields[0]) } : undefined
    default:
      return undefined
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** `\\` is a backslash, `\xHH` a character. */
const unescaped = (text: string): string =>
  text.replace(/\\(\\|x([0-9a-fA-F]{2}))/g, (_, found: string, code: string | undefined) =>
    code === undefined ? found : String.fromCharCode(Number.parseInt(code, 16)),
  )
