/**
 * One event of a terminal's recording, in the order it happened. `seconds` counts from the recording's start and never
 * falls. Bytes are as the pseudo-terminal gave or got them; an event may cut a character or an escape sequence.
 */
export type RecordedEvent =
  | { readonly type: 'output'; readonly seconds: number; readonly bytes: Uint8Array }
  | { readonly type: 'input'; readonly seconds: number; readonly bytes: Uint8Array }
  | { readonly type: 'resize'; readonly seconds: number; readonly cols: number; readonly rows: number }
  /** So many keys were pressed here that the screen did not show and the recording does not hold. */
  | { readonly type: 'masked'; readonly seconds: number; readonly keys: number }
