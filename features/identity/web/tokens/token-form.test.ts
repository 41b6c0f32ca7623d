import { describe, expect, test } from 'vitest'
import type { Token } from '../../common/token.ts'
import { tokenApi } from '../../common/token-api.ts'
import { coversAll, isGivenByWider, toggled } from './scopes.ts'
import { changeOf, creationOf, emptyForm, formOf, ruleField } from './token-form.ts'

const now = Date.parse('2026-08-03T09:00:00.000Z')
const token = {
  id: '01900000-0000-7000-8000-000000000001',
  kind: 'service',
  name: 'robot',
  role: 'auditor',
  groups: [{ id: '01900000-0000-7000-8000-000000000011', name: 'Sea' }],
  scopes: ['command:*'],
  commands: ['uptime'],
  servers: ['*'],
  paths: [{ path: '/var/log', action: 'read' }],
  addresses: ['10.0.0.0/8'],
  expiresAt: '2026-09-01T00:00:00.000Z',
} as unknown as Token

describe('the form of a token', () => {
  test('asks for what is in it, leaves empty fields out, and counts days from now', () => {
    const form = {
      ...emptyForm(),
      name: 'deploy',
      commands: [ruleField('uptime'), ruleField('')],
      paths: [ruleField({ path: '', action: 'read' as const })],
      days: '7',
    }
    const ask = creationOf(form, now)
    expect(ask).toEqual({
      name: 'deploy',
      kind: 'personal',
      scopes: [],
      commands: ['uptime'],
      servers: [],
      paths: [],
      addresses: [],
      expiresAt: '2026-08-10T09:00:00.000Z',
    })
    expect(tokenApi['token.create'].in.safeParse(ask).success).toBe(true)
  })

  test('gives role and groups only to a service token', () => {
    const service = creationOf({ ...formOf(token), days: '' }, now)
    expect(service).toMatchObject({ kind: 'service', role: 'auditor', groupIds: [token.groups[0]!.id] })
    expect(service).not.toHaveProperty('expiresAt')
    expect(tokenApi['token.create'].in.safeParse(service).success).toBe(true)
  })

  test('opened and sent again changes nothing', () => {
    const { id, name, scopes, commands, servers, paths, addresses } = token
    expect(changeOf(id, formOf(token), now)).toEqual({
      ...{ id, name, scopes, commands, servers, paths, addresses },
    })
    expect(changeOf(id, { ...formOf(token), days: '' }, now)).toMatchObject({ expiresAt: null })
  })
})

describe('scopes', () => {
  const action = (name: string, manner: 'read' | 'write') => ({ name, manner, about: '' })
  const command = { name: 'command', actions: [action('list', 'read'), action('submit', 'write')] }
  const reading = { ...command, actions: [command.actions[0]!] }

  test('a wider one covers, and takes the place of what it makes needless', () => {
    expect(coversAll(['command:read'], reading)).toBe(true)
    expect(coversAll(['command:read'], command)).toBe(false)
    expect(toggled(['command:list', 'server:list'], 'command:read', [command])).toEqual([
      'server:list',
      'command:read',
    ])
    expect(toggled(['command:read', 'command:submit'], 'command:*', [command])).toEqual(['command:*'])
  })

  test('a second press takes it away', () => {
    expect(toggled(['command:read'], 'command:read', [command])).toEqual([])
  })

  test('what a wider one gives cannot be taken away by itself', () => {
    expect(isGivenByWider(['*:read'], 'command:list', reading)).toBe(true)
    expect(isGivenByWider(['command:list'], 'command:list', reading)).toBe(false)
  })
})
