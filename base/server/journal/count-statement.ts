const rollup = (span: string, who: string) => {
  const table = `journal_${span}_${who}`
  const start = span === 'hour' ? 'hour' : `date_trunc('day', hour)`
  const key = who === 'kind' ? ['kind_no'] : [`${who}_no`, 'kind_no']
  return `${table}_put as (insert into ${table} as kept (${span}, ${key.join(', ')}, n)
      select ${start}, ${key.join(', ')}, sum(n) from counts ${who === 'server' ? 'where server_no is not null' : ''}
      group by ${start}, ${key.join(', ')}
      on conflict (${span}, ${key.join(', ')}) do update set n = kept.n + excluded.n)`
}

/** Entries counted by one statement. */
export const COUNT_ENTRIES = 100_000

/**
 * Adds the entries $1 to $2 - 1 to the counts by hour and day, and moves the mark to $2, so that each is counted once
 * whatever dies when. Apart from sealing: with many actors and servers a batch would change as many counts as it has
 * entries, a second's worth changes each count once. The session's time zone must be UTC.
 */
export const COUNT = `with marked as (update journal_counted set size = $2 where size = $1 returning size),
  counts as materialized (
    select date_trunc('hour', at) as hour, kind_no, actor_no, server_no, count(*) as n
      from journal, marked where seq >= $1 and seq < $2 group by 1, 2, 3, 4),
  ${['hour', 'day'].flatMap((span) => ['kind', 'actor', 'server'].map((who) => rollup(span, who))).join(',\n  ')}
  select size from marked`
