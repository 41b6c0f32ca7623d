import type { Side } from './sides.ts'

/** What an endpoint is asked: with something of somebody, or, where it is about nothing in particular, once. */
export type Asks = ((of: Side) => object) | { readonly once: object }

const once = (input: object = {}): Asks => ({ once: input })
const byId =
  (part: keyof Side, more: object = {}): Asks =>
  (of) => ({ id: of[part], ...more })

const range = { from: '2026-08-02T12:00:00Z', to: '2026-08-04T12:00:00Z' }
const key = Buffer.alloc(32, 9).toString('base64')
const attestation = { clientDataJSON: 'AAAA', attestationObject: 'AAAA' }
const newPassword = 'a password nobody had before'

/**
 * Every endpoint there is, by resource. A new one gets its line here: an input that makes sense, made from something of
 * one's own, of another's and of nobody's where it is about a thing that belongs to somebody.
 */
export const asks: Readonly<Record<string, Asks>> = {
  'access.matrix': once(),

  'journal.checkpoint': once(),
  'journal.entries': once({ limit: 1000 }),
  'journal.proof': (of) => ({ sequence: of.entry }),
  'journal.consistency': once({ from: 1 }),
  'journal.bundle': once({ from: 0, to: 1 }),

  'auth.sign-in': (of) => ({ username: of.username, password: 'a password for stories' }),
  'auth.second-factor': once({ code: '000000' }),
  'auth.passkey-challenge': once(),
  'auth.step-up': once({ password: 'not the password of anybody' }),
  'auth.session': once(),
  'auth.me': once(),
  'auth.sign-out': once(),
  'auth.change-password': once({ current: 'a password for stories', password: newPassword }),
  'auth.report-denied': once({ path: '/governance/approvals' }),
  'auth.factors': once(),
  'auth.start-totp': once(),
  'auth.confirm-totp': once({ code: '000000' }),
  'auth.remove-totp': once(),
  'auth.start-passkey': once(),
  'auth.add-passkey': once({
    name: 'Phone',
    passkey: { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: attestation },
  }),
  'auth.rename-passkey': byId('passkey', { name: 'Key' }),
  'auth.remove-passkey': byId('passkey'),
  'auth.renew-recovery-codes': once(),
  'auth.sessions': once(),
  'auth.end-session': byId('session'),
  'auth.end-other-sessions': once(),
  'auth.notices': once(),
  'auth.dismiss-notices': (of) => ({ ids: [of.notice] }),
  'auth.open-link': (of) => ({ secret: of.linkSecret }),
  'auth.accept-link': (of) => ({ secret: of.linkSecret, password: newPassword }),
  'auth.ways': once(),
  'auth.single-sign-on': once({ to: '/commands' }),
  'auth.single-sign-on-callback': once({ state: 'nobody began this', code: 'or that' }),

  'person.create': once({ username: 'new', name: 'New Person', role: 'member', password: newPassword }),
  'person.invite': once({ username: 'new', name: 'New Person', role: 'member' }),
  'person.reset-link': byId('person'),
  'person.withdraw-link': byId('link'),
  'person.remove-factors': byId('person'),
  'person.list': once({ status: 'any' }),
  'person.read': byId('person'),
  'person.set-role': byId('person', { role: 'auditor' }),
  'person.update': byId('person', { name: 'Another Name' }),
  'person.update-profile': once({ preferences: { theme: 'dark' } }),
  'person.suspend': byId('person'),
  'person.resume': byId('person'),
  'person.remove': byId('person'),

  'group.create': once({ name: 'Harbour' }),
  'group.list': once(),
  'group.set-members': (of) => ({ id: of.team, members: [{ personId: of.person, role: 'owner' }] }),
  'group.rename': byId('team', { name: 'Harbour' }),
  'group.remove': byId('team'),

  'settings.read': once(),
  'settings.update': once({ name: 'Harbour', groupRecord: false }),

  'single-sign-on.read': once(),
  'single-sign-on.update': once({ label: 'Harbour' }),
  'single-sign-on.test': once({ issuer: 'http://127.0.0.1:9' }),
  'single-sign-on.links': once(),
  'single-sign-on.unlink': (of) => ({ personId: of.person }),

  'token.create': once({ name: 'new', scopes: ['command:read'], servers: ['*'] }),
  'token.list': once(),
  'token.read': byId('token'),
  'token.update': byId('token', { name: 'renamed' }),
  'token.rotate': byId('token'),
  'token.disable': byId('token'),
  'token.enable': byId('token'),
  'token.scopes': once(),

  'server.list': once(),
  'server.read': byId('server'),
  'server.rename': byId('server', { name: 'renamed-1' }),
  'server.set-groups': (of) => ({ id: of.server, groupIds: [of.team] }),
  'server.remove': byId('server'),
  'server.holes': (of) => ({ serverId: of.server }),
  'server.changes': once(),
  'server-token.create': once({ name: 'new' }),
  'server-token.list': once(),
  'server-token.revoke': byId('serverToken'),
  'agent.enrol': (of) => ({
    ...{ token: of.registration, signingKey: key, sealingKey: key, name: 'new-1', agentVersion: '0.1.0' },
  }),

  'command.submit': (of) => ({ serverIds: [of.server], line: 'uptime' }),
  'command.list': once({ limit: 200 }),
  'command.read': byId('command'),
  'command.output': byId('command'),
  'command.download': byId('command'),
  'command.cancel': byId('queued'),
  'command.stop': byId('running'),
  'command.changes': once(),
  'command.follow': byId('command'),

  'terminal.open': (of) => ({ serverId: of.server, cols: 80, rows: 24 }),
  'terminal.attach': byId('terminal'),
  'terminal.list': once(),
  'terminal.read': byId('terminal'),
  'terminal.viewers': byId('terminal'),
  'terminal.close': byId('liveTerminal'),
  'terminal.ticket': byId('liveTerminal'),
  'terminal.watch': byId('liveTerminal'),
  'terminal.share': byId('liveTerminal', { minutes: 30 }),
  'terminal.unshare': byId('liveTerminal'),
  'terminal.join': (of) => ({ secret: of.shareSecret, name: 'A Guest' }),
  'terminal.rejoin': once({ guest: 'what proves no guest' }),
  'terminal.changes': once(),
  'terminal.policy': once(),
  'terminal.set-policy': once({ idleMinutes: 30 }),
  'terminal.commands': byId('terminal'),
  'terminal.find-commands': once(),
  'recording.read': byId('terminal'),
  'recording.frame': byId('terminal', { milliseconds: 0 }),
  'recording.pieces': byId('terminal', { offset: 0 }),
  'recording.segments': byId('terminal'),
  'recording.export': byId('terminal', { format: 'text' }),
  'recording.search': once({ text: 'uptime' }),
  'recording.import': once({ title: 'brought here' }),
  'recording.tail': byId('terminal'),

  'activity.list': once({ limit: 200 }),
  'activity.read': byId('entry'),
  'activity.actions': once(),
  'activity.series': once({ by: 'person', ...range }),
  'activity.changes': once(),
}
