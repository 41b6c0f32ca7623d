import { expect, test } from 'vitest'
import { browserName } from './browser-name.ts'

const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)'

test.each([
  [`${chrome} Chrome/142.0.0.0 Safari/537.36`, 'Chrome 142 on Linux'],
  [`${chrome} HeadlessChrome/142.0.0.0 Safari/537.36`, 'Chrome 142 on Linux'],
  [`${chrome} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`, 'Edge 142 on Linux'],
  ['curl/8.5.0', 'curl/8.5.0'],
  ['', null],
])('%s is called %s', (client, name) => {
  expect(browserName(client)).toBe(name)
})
