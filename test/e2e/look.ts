import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']"

/** What axe finds against WCAG 2.2 AA, one line each; empty when it finds nothing. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return page.evaluate(`axe.run({ runOnly: ${rules} }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ target, any, all }) =>
        id + ' at ' + target.join(' ') + ': ' + ([...any, ...all][0]?.message ?? ''))))`)
}

/** Text cut off with nothing to say so, and a page wider than its window. */
export const cutText = (page: Page): Promise<string[]> =>
  page.evaluate(`[
    ...[...document.querySelectorAll('main *')]
      .filter((part) => part.children.length === 0 && part.textContent.trim() !== ''
        && part.scrollWidth > part.clientWidth + 1
        && getComputedStyle(part).overflowX === 'hidden'
        && getComputedStyle(part).textOverflow !== 'ellipsis'
        && !part.classList.contains('sr-only'))
      .map((part) => part.className + ': ' + part.textContent.slice(0, 40)),
    ...(document.documentElement.scrollWidth > innerWidth
      ? ['the page is ' + (document.documentElement.scrollWidth - innerWidth) + ' px wider than its window'] : []),
  ]`)
