/** One thing the server needs to do its work. Resolves with a sentence when it is not there. */
export type ReadinessCheck = () => Promise<string | undefined> | string | undefined

export interface ProbeAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

export interface Readiness {
  /** For GET /healthz: the process runs and answers. An orchestrator restarts it when this fails. */
  healthz(): Promise<ProbeAnswer>
  /** For GET /readyz: it can do its work now. An orchestrator sends requests elsewhere while this fails. */
  readyz(): Promise<ProbeAnswer>
  /** From now on not ready, and not to be made ready again. */
  stopping(): void
}

const PATIENCE_MILLISECONDS = 2000

/** @param checks by the name shown in the answer */
export function openReadiness(checks: Readonly<Record<string, ReadinessCheck>>): Readiness {
  let stopping = false
  const missing = async (): Promise<string[]> => {
    if (stopping) return ['the server is stopping']
    const answers = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        const why = await inTime(check)
        return why === undefined ? [] : [`${name}: ${why}`]
      }),
    )
    return answers.flat()
  }
  return {
    healthz: async () => json(200, { status: 'running' }),
    readyz: async () => {
      const reasons = await missing()
      return reasons.length === 0
        ? json(200, { status: 'ready' })
        : json(503, { status: 'not ready', reasons })
    },
    stopping: () => {
      stopping = true
    },
  }
}

async function inTime(check: ReadinessCheck): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(
    () => resolve(`no answer for ${PATIENCE_MILLISECONDS / 1000} s`),
    PATIENCE_MILLISECONDS,
  )
  try {
    return await Promise.race([Promise.resolve().then(check), promise])
  } catch {
    // The cause may name hosts and users, and this answer is for anyone.
    return 'does not answer'
  } finally {
    clearTimeout(timer)
  }
}

const json = (status: number, body: unknown): ProbeAnswer => ({
  status,
  contentType: 'application/json',
  body: `${JSON.stringify(body)}\n`,
})
