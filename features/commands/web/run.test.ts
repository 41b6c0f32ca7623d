import { describe, expect, it } from 'vitest'
import { checkRun, emptyRun, instantOf, submission } from './run.ts'

const id = '0197f000-0000-7000-8000-000000000001'
const run = { ...emptyRun({ serverId: id }), line: 'id' }

describe('a run', () => {
  it('sends nothing that was left empty', () => {
    expect(submission(run, 'UTC')).toEqual({ serverIds: [id], line: 'id' })
  })

  it('names the field the contract would refuse', () => {
    expect(checkRun(run, 'UTC')).toBeNull()
    expect(checkRun({ ...run, serverIds: [] }, 'UTC')?.field).toBe('serverIds')
    expect(checkRun({ ...run, line: '' }, 'UTC')?.field).toBe('line')
    expect(checkRun({ ...run, account: 'a b' }, 'UTC')?.field).toBe('account')
    expect(checkRun({ ...run, env: [{ key: 1, name: '9A', value: '' }] }, 'UTC')?.field).toBe('env')
    expect(checkRun({ ...run, when: 'at' }, 'UTC')?.field).toBe('scheduledAt')
    expect(checkRun({ ...run, when: 'after' }, 'UTC')?.field).toBe('runAfter')
  })

  it('reads a due time in the zone it was typed in', () => {
    expect(instantOf('2026-11-20T14:03', 'Asia/Seoul')).toBe('2026-11-20T14:03:00+09:00')
    expect(instantOf('2026-07-01T08:00:30', 'America/New_York')).toBe('2026-07-01T08:00:30-04:00')
    expect(instantOf('2026-11-20T14:03', 'UTC')).toBe('2026-11-20T14:03:00+00:00')
  })
})
