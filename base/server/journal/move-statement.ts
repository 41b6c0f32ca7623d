import { SEALED_BYTES_SQL } from './head.ts'

const COLUMNS = 'at, subject_key, actor_no, server_no, work_no, kind_no, body'

const rollup = (span: string, who: string) => {
  const table = `journal_${span}_${who}`
  const start = span === 'hour' ? 'hour' : `date_trunc('day', hour)`
  const key = who === 'kind' ? ['kind_no'] : [`${who}_no`, 'kind_no']
  return `${table}_put as (insert into ${table} as kept (${span}, ${key.join(', ')}, n)
      select ${start}, ${key.join(', ')}, sum(n) from counts ${who === 'server' ? 'where server_no is not null' : ''}
      group by ${start}, ${key.join(', ')}
      on conflict (${span}, ${key.join(', ')}) do update set n = kept.n + excluded.n)`
}

/**
 * Moves the oldest pending entries into the journal, numbers them densely, counts them, and gives back what the tree and
 * the listeners need of each. One statement, so that an entry is never in both tables nor in neither.
 * $1 how many at most, $2 the journal's size, $3 the lowest id worth looking at. The session's time zone must be UTC.
 */
export const MOVE = `with taken as (
    delete from journal_pending where id = any(array(
      select id from journal_pending where id >= $3 order by id limit $1)) returning *),
  counts as materialized (
    select date_trunc('hour', at) as hour, kind_no, actor_no, server_no, count(*) as n from taken group by 1, 2, 3, 4),
  ${['hour', 'day'].flatMap((span) => ['kind', 'actor', 'server'].map((who) => rollup(span, who))).join(',\n  ')},
  put as (
    insert into journal (seq, ${COLUMNS})
    select $2::bigint - 1 + row_number() over (order by id), ${COLUMNS} from taken
    returning seq, ${SEALED_BYTES_SQL} as sealed)
  select string_agg(sealed, ''::bytea order by seq) as sealed, (select max(id) from taken) as top from put`
