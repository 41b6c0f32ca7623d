import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { preparePaste } from './paste.ts'

describe('preparePaste', () => {
  it('asks before several lines, and before one that would run at once', () => {
    expect(preparePaste('ls -l', false)).toMatchObject({ lines: 1, asks: false })
    expect(preparePaste('ls -l\n', false)).toMatchObject({ lines: 1, asks: true })
    expect(preparePaste('ls -l\n', true)).toMatchObject({ lines: 1, asks: false })
    expect(preparePaste('cd /\r\nrm -rf x', true)).toMatchObject({ lines: 2, asks: true })
  })

  it('leaves out every control that could end a bracketed paste or act, and says how many', () => {
    expect(preparePaste('a\x1b[201~\nrm -rf /', true)).toMatchObject({ text: 'a[201~\nrm -rf /', removed: 1 })
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(
          /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/.test(preparePaste(text, true).text),
        ).toBe(false)
      }),
    )
  })
})
