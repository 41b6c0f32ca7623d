import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HIDDEN, nameOf, stretches, visible } from './visible.ts'

describe('visible', () => {
  it('names controls, C1 and bidi characters instead of showing them', () => {
    expect(nameOf('\u001b')).toBe('␛')
    expect(nameOf('\u202e')).toBe('U+202E')
    expect(nameOf('\u0085')).toBe('U+0085')
    expect(visible('rm\u202e gnp.exe\u0000')).toBe('rm⟨U+202E⟩ gnp.exe⟨␀⟩')
  })

  it('leaves text of any script as it is', () => {
    for (const text of ['ls -la', 'naïve Ærø', '한국어 日本語', 'שלום', '🙂'])
      expect(visible(text)).toBe(text)
  })

  it('lets no hidden character through, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const part of stretches(text)) expect(HIDDEN.test(part.text)).toBe(false)
      }),
    )
  })

  it('keeps everything else in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const kept = stretches(text).filter((part) => !part.hidden)
        expect(kept.map((part) => part.text).join('')).toBe(
          [...text].filter((character) => !HIDDEN.test(character)).join(''),
        )
      }),
    )
  })
})
