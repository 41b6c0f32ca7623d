/** The units a duration is set in, widest first. */
export const durationUnits = [
  { seconds: 86_400, words: 'days' },
  { seconds: 3600, words: 'hours' },
  { seconds: 60, words: 'minutes' },
  { seconds: 1, words: 'seconds' },
] as const

/** The widest unit in which a duration is a whole number: 604800 is 7 days, 5400 is 90 minutes. */
export const unitOf = (seconds: number): number =>
  durationUnits.find((unit) => seconds >= unit.seconds && seconds % unit.seconds === 0)?.seconds ?? 1
