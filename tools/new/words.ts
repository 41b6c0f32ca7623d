/** The forms in which a feature's name appears in code. */
export interface Words {
  /** `work-notes`: the folder. */
  readonly folder: string
  /** `work-note`: one of them, as endpoints and events begin. */
  readonly thing: string
  /** `workNotes`, `workNote`, `WorkNote`, `work_note`. */
  readonly camels: string
  readonly camel: string
  readonly pascal: string
  readonly table: string
}

const namePattern = /^[a-z]+(-[a-z]+)*$/

/** @returns undefined when it is not a plural word, or words with dashes between. */
export function wordsOf(folder: string): Words | undefined {
  if (!namePattern.test(folder) || !folder.endsWith('s')) return undefined
  const thing = folder.endsWith('ies') ? `${folder.slice(0, -3)}y` : folder.slice(0, -1)
  const camelOf = (text: string) => text.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  const camel = camelOf(thing)
  return {
    folder,
    thing,
    camels: camelOf(folder),
    camel,
    pascal: camel.charAt(0).toUpperCase() + camel.slice(1),
    table: thing.replaceAll('-', '_'),
  }
}
