interface Waiting {
  readonly lines: readonly string[]
  readonly turn: number
  readonly begin: () => void
  readonly turnAway: () => void
}

const LINES_MAX = 10_000

/**
 * Who waits, each in a line for every thing they have in common with others: their address, the name they typed. Each one
 * taken puts off the next of its lines by a turn (start-time fair queueing, Goyal and others 1996), so whoever has had
 * little goes before whoever has had much, and as they came where both had alike.
 */
export class HashLane {
  readonly #perLineMax: number
  readonly #max: number
  /** As they came. */
  readonly #waiting: Waiting[] = []
  /** The earliest turn of whoever comes next in a line; without one, the present turn. Oldest first. */
  readonly #nextTurns = new Map<string, number>()
  #turn = 0

  constructor(perLineMax: number, max: number) {
    this.#perLineMax = perLineMax
    this.#max = max
  }

  get size(): number {
    return this.#waiting.length
  }

  isFull(lines: readonly string[]): boolean {
    const turn = this.#turnOf(lines)
    return turn - this.#turn >= this.#perLineMax || (this.size >= this.#max && turn >= this.#latest()!.turn)
  }

  /**
   * Where there is no more room, whoever would have had to wait longest is turned away, which may be one that came before.
   * @returns false when there is no room
   */
  put(lines: readonly string[], begin: () => void, turnAway: () => void): boolean {
    if (this.isFull(lines)) return false
    if (this.size >= this.#max) this.#turnAway(this.#latest()!)
    const turn = this.#turnOf(lines)
    this.#waiting.push({ lines, turn, begin, turnAway })
    for (const line of lines) {
      this.#nextTurns.delete(line)
      this.#nextTurns.set(line, turn + 1)
    }
    while (this.#nextTurns.size > LINES_MAX) this.#nextTurns.delete(this.#nextTurns.keys().next().value!)
    return true
  }

  /** The next one, who waits no more. There must be one. */
  take(): () => void {
    const next = this.#waiting.reduce((first, other) => (other.turn < first.turn ? other : first))
    this.#waiting.splice(this.#waiting.indexOf(next), 1)
    this.#turn = Math.max(this.#turn, next.turn)
    // Nobody is behind: what anybody had before no longer matters, and names that were typed are not kept.
    if (this.size === 0) this.#nextTurns.clear()
    return next.begin
  }

  #turnOf(lines: readonly string[]): number {
    return Math.max(this.#turn, ...lines.map((line) => this.#nextTurns.get(line) ?? 0))
  }

  #latest(): Waiting | undefined {
    return this.#waiting.reduceRight<Waiting | undefined>(
      (last, other) => (last === undefined || other.turn > last.turn ? other : last),
      undefined,
    )
  }

  /** It is the last of each of its lines, so what it put off there comes back. */
  #turnAway(one: Waiting): void {
    this.#waiting.splice(this.#waiting.indexOf(one), 1)
    for (const line of one.lines) this.#nextTurns.set(line, one.turn)
    one.turnAway()
  }
}
