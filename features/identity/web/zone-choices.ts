/** The world's time zones by name, as this browser knows them. @param also one that may be missing there */
export function zoneChoices(also: string | null): { value: string; label: string }[] {
  const zones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), ...(also === null ? [] : [also])])
  return [...zones].map((value) => ({ value, label: value.replaceAll('_', ' ') }))
}
