import http from 'node:http'
import type { Flood } from './flood.ts'

/** Asks at a steady rate, whatever is answered; told what and when by the process that forked it. */
const [url, rate] = [process.argv[2]!, Number(process.argv[3])]
const GUESSED = 10
const agent = new http.Agent({ keepAlive: true, maxSockets: 600 })
let ending: AbortController | undefined
let flooding: Promise<{ answers: Record<string, number>; cores: number }> | undefined

process.on('message', async (message: { start?: Flood; stop?: true }) => {
  if (message.start) {
    ending = new AbortController()
    flooding = flood(message.start, ending.signal)
    process.send!('started')
  } else {
    ending?.abort()
    process.send!(await flooding)
  }
})
process.on('disconnect', () => process.exit())

async function flood(kind: Flood, stopped: AbortSignal) {
  const answers: Record<string, number> = {}
  const running = new Set<Promise<void>>()
  const before = process.cpuUsage()
  const began = performance.now()
  for (let n = 0; !stopped.aborted; n++) {
    const due = began + (n * 1000) / rate
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    const one: Promise<void> = (kind === 'ways' ? ways() : wrong(n, addressOf(kind))).then((status) => {
      answers[status] = (answers[status] ?? 0) + 1
      running.delete(one)
    })
    running.add(one)
  }
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(before)
  await Promise.all(running)
  return { answers, cores: (user + system) / 1e6 / seconds }
}

let fresh = 0
function addressOf(kind: Flood): string {
  if (kind === 'same address') return '203.0.113.1'
  if (kind === 'one address') return '198.51.100.1'
  if (kind === 'another address') return '198.51.100.2'
  fresh++
  return `2001:db9:${(fresh >> 16).toString(16)}:${(fresh & 0xffff).toString(16)}::1`
}

const ways = () => ask({ method: 'GET', path: '/api/auth.ways', headers: {} })

/** Each other one at somebody who exists. */
function wrong(n: number, from: string) {
  const username = n % 2 === 0 ? `guessed-${(n / 2) % GUESSED}` : `nobody-${n}`
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': from }
  const body = JSON.stringify({ username, password: 'wrong every time' })
  return ask({ method: 'POST', path: '/api/auth.sign-in', headers }, body)
}

function ask(request: http.RequestOptions, body?: string): Promise<string> {
  return new Promise((resolve) => {
    const asked = http.request(url + request.path, { ...request, agent, timeout: 10_000 }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(String(answer.statusCode)))
    })
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve('none'))
    asked.end(body)
  })
}
