const UNITS = [
  { unit: 'day', place: `extract(hour from at)`, width: 24 },
  { unit: 'month', place: `extract(day from at)`, width: 31 },
  { unit: 'year', place: `extract(month from at)`, width: 12 },
] as const

/**
 * SQL that puts counts of single hours (span 0), days (1) or months (2) into rows of `activity_count`, oldest first, as
 * the follower would have met them: what is read together then lies together. The session's time zone has to be UTC.
 * @param from what has owner_id, action, dimension, span, at, key, failed and n, one count each
 */
export function packed(from: string, span: 0 | 1 | 2): string {
  const { unit, place, width } = UNITS[span]
  // Hours begin at nought, days and months at one.
  const first = span === 0 ? 0 : 1
  const counts = Array.from(
    { length: width },
    (_, n) => `coalesce(sum(n) filter (where ${place} = ${first + n}), 0)::bigint`,
  )
  return `
    insert into activity_count (owner_id, action, dimension, span, at, key, failed, n)
    select owner_id, action, dimension, ${span}, date_trunc('${unit}', at), key, failed, array[${counts.join()}]
      from ${from} where span = ${span} group by 1, 2, 3, 5, 6, 7 order by 5`
}
