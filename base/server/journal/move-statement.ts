import { SEALED_BYTES_SQL } from './head.ts'

const COLUMNS = 'at, subject_key, actor_no, server_no, work_no, kind_no, body'

/**
 * Moves the oldest pending entries into the journal, numbers them densely, and gives back what the tree and the listeners
 * need of each. One statement, so that an entry is never in both tables nor in neither.
 * $1 how many at most, $2 the journal's size, $3 the lowest id worth looking at.
 */
export const MOVE = `with taken as (
    delete from journal_pending where id = any(array(
      select id from journal_pending where id >= $3 order by id limit $1)) returning *),
  put as (
    insert into journal (seq, ${COLUMNS})
    select $2::bigint - 1 + row_number() over (order by id), ${COLUMNS} from taken
    returning seq, ${SEALED_BYTES_SQL} as sealed)
  select string_agg(sealed, ''::bytea order by seq) as sealed, (select max(id) from taken) as top from put`
