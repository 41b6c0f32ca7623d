const UNITS = [
  { unit: 'day', part: 'hour', width: 24 },
  { unit: 'month', part: 'day', width: 31 },
  { unit: 'year', part: 'month', width: 12 },
] as const

/**
 * SQL that puts counts of single hours (span 0), days (1) or months (2) into rows of `activity_count`, oldest first, as
 * the follower would have met them: what is read together then lies together. The session's time zone has to be UTC.
 * @param from what has owner_id, action, dimension, span, at, key, failed and n, of each place and time one count
 */
export function packed(from: string, span: 0 | 1 | 2): string {
  const { unit, part, width } = UNITS[span]
  // Hours begin at nought, days and months at one.
  const first = span === 0 ? 0 : 1
  // There is one count of each place: the largest needs less memory than the sum.
  const counts = Array.from(
    { length: width },
    (_, n) => `coalesce(max(n) filter (where place = ${first + n}), 0)`,
  )
  return `
    insert into activity_count (owner_id, action, dimension, span, at, key, failed, n)
    select owner_id, action, dimension, ${span}, start, key, failed, array[${counts.join()}]
      from (select owner_id, action, dimension, key, failed, n, date_trunc('${unit}', at) as start,
              date_part('${part}', at)::int as place
              from ${from} where span = ${span} offset 0) single
     group by owner_id, action, dimension, start, key, failed order by start`
}
