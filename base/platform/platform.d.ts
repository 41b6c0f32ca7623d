/**
 * What every side has: the small part of the web platform that Node and browsers share.
 * Only tsconfig.common.json reads this file; the other sides have their own, fuller, declarations.
 */
declare const crypto: { getRandomValues<T extends Uint8Array>(array: T): T; randomUUID(): string }
declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(bytes?: Uint8Array, options?: { stream?: boolean }): string
}
declare function btoa(text: string): string
declare function atob(text: string): string
declare class URLSearchParams {
  constructor(init?: Record<string, string>)
  append(name: string, value: string): void
  toString(): string
}
