import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { StartupRefusal } from '../../base/server/embedded-postgres/startup-refusal.ts'

/**
 * Finds out early, before a database is started for nothing, whether the address is free.
 * @returns the port; a free one where 0 was asked for.
 * @throws StartupRefusal
 */
export async function claimPort(host: string, port: number): Promise<number> {
  const probe = createServer()
  try {
    probe.listen({ host, port, exclusive: true })
    await once(probe, 'listening')
    return (probe.address() as AddressInfo).port
  } catch (cause) {
    throw addressRefusal(cause, host, port)
  } finally {
    probe.close()
  }
}

/** Turns what listening threw into a sentence that names the setting. */
export function addressRefusal(cause: unknown, host: string, port: number): unknown {
  const sentence = sentences[(cause as NodeJS.ErrnoException).code ?? '']
  return sentence === undefined ? cause : new StartupRefusal(sentence(host, port), { cause })
}

const sentences: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) =>
    `Another program listens on ${host}:${port}. Stop it, or set ANNALS_PORT to a free port (0 lets the system choose one).`,
  EACCES: (_host, port) =>
    `This user may not listen on port ${port}. Set ANNALS_PORT to 1024 or above, and let a proxy listen below that.`,
  EADDRNOTAVAIL: (host) => `${host} is not an address of this machine. Set ANNALS_HOST to one that is.`,
  ENOTFOUND: (host) =>
    `${host} is not an address. Set ANNALS_HOST to an address of this machine, or to 0.0.0.0 for all of them.`,
}

/** Where this machine itself reaches a server that listens on `host`. */
export function localUrl(host: string, port: number): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`
  if (host === '::') return `http://[::1]:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
