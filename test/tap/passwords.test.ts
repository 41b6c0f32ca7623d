import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { openDatabase } from '../../base/server/database.ts'
import { superuser } from '../../base/server/embedded-postgres/initialize-cluster.ts'
import { databaseUrl, socketDirectoryFor } from '../../base/server/embedded-postgres/socket-directory.ts'
import { PieceReader, PieceTrack, readVarints } from '../../features/websh/common/piece.ts'
import { type Client, type Product, signIn, startProduct } from '../product.ts'
import { hunt, type Place, plant, type Secret } from '../secrets/hunt.ts'
import { filesOf } from '../secrets/places.ts'

/** Real programs that ask for a password, in a real terminal; what was typed is then looked for everywhere. */
const directory = mkdtempSync(join(tmpdir(), 'annals-passwords-'))
const shared = join(directory, 'shared')
const isRoot = process.geteuid?.() === 0
/** An ordinary account that this machine has in any case. */
const other = readFileSync('/etc/passwd', 'utf8')
  .split('\n')
  .map((line) => line.split(':'))
  .find(([, , uid, , , , shell]) => uid !== '0' && (shell ?? '').endsWith('sh'))?.[0]
let product: Product
let admin: Client

beforeAll(async () => {
  chmodSync(directory, 0o755)
  mkdirSync(shared)
  chmodSync(shared, 0o777)
  writeFileSync(join(shared, 'ask.sh'), 'stty -echo; read -p "Tmux asks: " answer\n')
  product = await startProduct(join(directory, 'data'))
  admin = await signIn(product.url)
})

afterAll(async () => {
  await product?.stop()
  rmSync(directory, { recursive: true, force: true })
})

interface Ask {
  readonly name: string
  readonly line: string
  /** Where each secret is typed, in order. None of these is in the line itself. */
  readonly prompts: readonly string[]
  /** What is shown when it was taken. */
  readonly shown: RegExp
}

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
/** In a container without the rights, it asks nobody for anything. */
const sudoAsks = () =>
  isRoot &&
  other !== undefined &&
  /password/.test(spawnSync('su', [other, '-c', 'sudo -n true'], { encoding: 'utf8' }).stderr)

function asks(): Ask[] {
  const all: (Ask | false)[] = [
    {
      name: 'read -s of bash, which prints before it switches the echo off',
      line: `bash -c 'read -sp "Ba""sh password: " a; echo; echo got-$(printf %s "$a" | wc -c)-one'`,
      prompts: ['Bash password: '],
      shown: /got-\d+-one/,
    },
    {
      // Without waiting for the echo to be off these keys are shown; everywhere else programs are too quick to tell.
      name: 'a program that has to work between its prompt and switching the echo off',
      line: `bash -c 'printf "Slo""w password: "; for ((i = 0; i < 10000; i++)); do :; done; stty -echo; read -r a; stty echo; echo; echo got-\${#a}-nine'`,
      prompts: ['Slow password: '],
      shown: /got-\d+-nine/,
    },
    has('zsh') && {
      name: 'read -s of zsh',
      line: `zsh -fc 'read -s "a?Zs""h password: "; echo; echo got-\${#a}-two'`,
      prompts: ['Zsh password: '],
      shown: /got-\d+-two/,
    },
    has('fish') && {
      name: 'read -s of fish, which shows dots',
      line: `fish --no-config -c 'read -s -P "Fi""sh asks: " a; echo got-(string length "$a")-three'`,
      prompts: ['Fish asks: '],
      shown: /got-\d+-three/,
    },
    has('python3') && {
      name: 'getpass of Python',
      line: `python3 -c 'import getpass; print("got", len(getpass.getpass("Pyth" "on asks: ")), "four", sep="-")'`,
      prompts: ['Python asks: '],
      shown: /got-\d+-four/,
    },
    { name: 'su', line: 'su root -c true', prompts: ['assword: '], shown: /failure/ },
    sudoAsks() && {
      name: 'sudo, three times',
      line: `sudo -k -p 'Su''do asks: ' true`,
      prompts: ['Sudo asks: ', 'Sudo asks: ', 'Sudo asks: '],
      shown: /incorrect/,
    },
    has('ssh-keygen') && {
      name: 'ssh-keygen',
      line: `ssh-keygen -q -t ed25519 -f ${shared}/key`,
      prompts: ['(empty for no passphrase): ', 'same passphrase again: '],
      shown: /\r\n/,
    },
    has('psql') && {
      name: 'psql',
      line: 'psql -W -h /nonexistent',
      prompts: ['assword: '],
      shown: /error/,
    },
    {
      name: 'a program that shows stars',
      line: `bash -c 'stty -echo; printf "Sta""rs: "; while IFS= read -rsn1 c && [ -n "$c" ]; do printf "*"; done; stty echo; echo do""ne-eight'`,
      prompts: ['Stars: '],
      shown: /done-eight/,
    },
    has('tmux') && {
      name: 'a prompt within tmux',
      line: `tmux -f /dev/null -S ${shared}/tmux new 'bash ${shared}/ask.sh'`,
      prompts: ['Tmux asks: '],
      shown: /\[exited\]/,
    },
  ]
  return all.filter((ask) => ask !== false)
}

/** As root, in a mount namespace where /etc is a copy: the machine's own accounts stay as they are. */
function passwd(): Ask[] {
  if (!isRoot || other === undefined) return []
  const copy = join(directory, 'etc')
  execFileSync('cp', ['-a', '/etc', copy])
  const inside = (command: string) => `unshare --mount sh -c 'mount --bind ${copy} /etc && ${command}'`
  if (spawnSync('sh', ['-c', inside('true')]).status !== 0) return []
  return [
    {
      name: 'passwd',
      line: inside(`passwd ${other}`),
      prompts: ['New password: ', 'Retype new password: '],
      shown: /updated successfully/,
    },
  ]
}

/** A terminal, and what it has shown since it was last asked. */
class Typist {
  readonly id: string
  readonly #socket: WebSocket
  #output = ''
  #wake: () => void = () => {}

  static async open(account: string | undefined): Promise<Typist> {
    const { items } = await admin.ask('server.list')
    const size = { cols: 120, rows: 40 }
    const { id } = await admin.tell('terminal.open', { serverId: items[0].id, account, ...size })
    const socket = new WebSocket(`${product.url.replace('http', 'ws')}/api/terminal.attach?id=${id}`, {
      headers: { cookie: admin.cookie, origin: product.url },
    })
    const typist = new Typist(id, socket)
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    // One line: a second one may come while bash edits lines, and what has no end for bash then has none for sh.
    typist.type(`exec env PS1='$ ' sh -c 'echo rea""dy; exec sh'\r`)
    await typist.shows(/ready\r\n/)
    return typist
  }

  private constructor(id: string, socket: WebSocket) {
    this.id = id
    this.#socket = socket
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.#output += String(data)
      this.#wake()
    })
  }

  type(text: string): void {
    this.#socket.send(Buffer.from(text))
  }

  /** Resolves as soon as this is shown, and forgets what was shown up to there. */
  async shows(what: RegExp): Promise<void> {
    for (;;) {
      const found = what.exec(this.#output)
      if (found) {
        this.#output = this.#output.slice(found.index + found[0].length)
        return
      }
      if (this.#socket.readyState >= WebSocket.CLOSING) throw new Error(`it ended after ${this.#output}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async ends(): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.once('close', resolve))
    this.type('exit\r')
    await closed
  }
}

const literally = (text: string) => new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))

async function answer(typist: Typist, ask: Ask, secrets: Secret[]): Promise<void> {
  // Programs that switch the echo on again throw away what was typed meanwhile: the end is asked for before.
  typist.type(`${ask.line}; echo fi""nished\r`)
  let secret = plant()
  for (const [index, prompt] of ask.prompts.entries()) {
    await typist.shows(literally(prompt))
    // Who is asked for a new password is asked for it twice.
    if (!/again|Retype/.test(prompt)) {
      secret = plant()
      secrets.push({ what: `what was typed for ${ask.name}, prompt ${index + 1}`, text: secret })
    }
    typist.type(`${secret}\r`)
  }
  await typist.shows(ask.shown)
  await typist.shows(/finished\r\n/)
}

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const take = async (name: string, query: Record<string, string>): Promise<Place> => {
  const answered = await fetch(`${product.url}/api/${name}?${new URLSearchParams(query)}`, {
    headers: { cookie: admin.cookie },
  })
  if (!answered.ok) throw new Error(`${name} answered ${answered.status}`)
  const bytes = Buffer.from(await answered.arrayBuffer())
  return { where: `${name} ${JSON.stringify(query)}`, text: bytes.toString('latin1') }
}

async function rows(): Promise<Place[]> {
  await using database = openDatabase({
    url: databaseUrl(socketDirectoryFor(join(directory, 'data')), superuser, 'annals'),
  })
  const { rows: tables } = await sql<{ name: string }>`
    select c.oid::regclass::text as name from pg_class c
     where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace`.execute(
    database.db,
  )
  const places: Place[] = []
  for (const { name } of tables) {
    const { rows } = await sql
      .raw<{ row: string }>(`select t::text as row from ${name} t`)
      .execute(database.db)
    places.push({ where: `table ${name}`, text: rows.map(({ row }) => row).join('\n') })
  }
  return places
}

/** The stream of a recording as it is kept, and how many keys of it were not. */
async function stream(id: string): Promise<{ place: Place; input: string; maskedKeys: number }> {
  const info = await until(async () => {
    const recording = await admin.ask('recording.read', { id })
    return recording.state === 'complete' && recording
  })
  const reader = new PieceReader()
  const parts: Buffer[] = []
  let [input, maskedKeys] = ['', 0]
  for (let offset = 0; offset < info.streamBytes; ) {
    const { bytes, to } = await admin.ask('recording.pieces', { id, offset: String(offset) })
    parts.push(Buffer.from(bytes, 'base64'))
    for (const { track, content } of reader.read(parts.at(-1)!)) {
      if (track === PieceTrack.input) input += Buffer.from(content).toString('latin1')
      if (track === PieceTrack.masked) maskedKeys += readVarints(content, 1)[0]!
    }
    offset = to
  }
  return {
    place: { where: `the recording ${id}`, text: Buffer.concat(parts).toString('latin1') },
    input,
    maskedKeys,
  }
}

test.runIf(isRoot && other !== undefined)(
  'a password typed at a prompt is in no table, file, recording, export, list of commands, search or log',
  async () => {
    const secrets: Secret[] = []
    const member = await Typist.open(other)
    for (const ask of asks()) await answer(member, ask, secrets)
    const root = await Typist.open('root')
    for (const ask of passwd()) await answer(root, ask, secrets)
    await Promise.all([member.ends(), root.ends()])

    const places: Place[] = []
    for (const { id } of [member, root]) {
      const { place, input, maskedKeys } = await stream(id)
      places.push(place)
      if (id === member.id) {
        expect(input).toContain('su root -c true; echo')
        expect(maskedKeys).toBeGreaterThan(secrets[0]!.text.length)
      }
      await until(async () => (await admin.ask('terminal.commands', { id })).complete)
      places.push(await take('terminal.commands', { id }))
      for (const format of ['asciicast-v2', 'asciicast-v3', 'text', 'evidence'])
        places.push(await take('recording.export', { id, format }))
    }
    for (const { text } of secrets) {
      const { items } = await admin.ask('recording.search', { text: text.slice(2, 22) })
      expect(items).toEqual([])
    }
    places.push(...(await rows()), { where: 'what the server said', text: product.said() })
    for (const name of readdirSync(join(directory, 'data')).filter((each) => each !== 'postgres'))
      places.push(...filesOf(join(directory, 'data', name)))
    expect(hunt(secrets, places)).toEqual([])
    // Where nothing was typed, nothing is found.
    expect(secrets.length).toBeGreaterThan(3)
  },
)
