import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/postgres.ts'
import { ZoneClock } from './time-zone.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Asia/Seoul',
]
const from = Date.UTC(2024, 7, 1)
const to = Date.UTC(2026, 7, 1)

test.each(zones)('days, months and clocks of %s are those the database knows', async (zone) => {
  const clock = new ZoneClock(zone, from, to)
  const moments = fc.sample(fc.integer({ min: from, max: to }), { numRuns: 500, seed: 4711 })
  const { rows } = await sql<{ at: number; day: number; month: number; local: number }>`
    select at, extract(epoch from date_trunc('day', moment, ${zone})) * 1000 as day,
           extract(epoch from date_trunc('month', moment, ${zone})) * 1000 as month,
           extract(epoch from (moment at time zone ${zone}) at time zone 'UTC') * 1000 as local
      from (select at, to_timestamp(at / 1000) as moment from unnest(${moments}::float8[]) as at) as given`.execute(
    database.db,
  )
  for (const { at, day, month, local } of rows) {
    expect(clock.start(at, 'day')).toBe(Number(day))
    expect(clock.start(at, 'month')).toBe(Number(month))
    expect(at + clock.offset(at)).toBeCloseTo(Number(local), -1)
  }
})
