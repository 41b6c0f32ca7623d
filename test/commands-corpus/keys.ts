const NAMED: Readonly<Record<string, string>> = {
  Enter: '\r',
  Tab: '\t',
  BTab: '\x1b[Z',
  Esc: '\x1b',
  BS: '\x7f',
  Del: '\x1b[3~',
  Up: '\x1b[A',
  Down: '\x1b[B',
  Right: '\x1b[C',
  Left: '\x1b[D',
  Home: '\x1b[H',
  End: '\x1b[F',
  CRight: '\x1b[1;5C',
  CLeft: '\x1b[1;5D',
  LT: '<',
  _: '\x1f',
}

/**
 * The keys of a script as a terminal sends them: `ls <Tab><Enter>`, `<C-a>`, `<M-b>`, `<LT>` for a `<`. A `<` that opens
 * no known name is itself. Each element is what one press sends.
 */
export function keysOf(script: string): string[] {
  const keys: string[] = []
  for (const [token, control, meta, name] of script.matchAll(/<C-(.)>|<M-(.)>|<([A-Za-z]+)>|[\s\S]/gu)) {
    if (control !== undefined) keys.push(String.fromCharCode(control.toUpperCase().charCodeAt(0) & 0x1f))
    else if (meta !== undefined) keys.push(`\x1b${meta}`)
    else if (name !== undefined && NAMED[name] !== undefined) keys.push(NAMED[name])
    else if (name !== undefined) keys.push(...token)
    else keys.push(token)
  }
  return keys
}
