import type { TreeHash } from './merkle.ts'

/**
 * The right edge of a growing tree: one perfect node for every bit of its size, and nothing else.
 * What appends entries in order can compute every root on the way with one hash an entry.
 */
export class Frontier {
  readonly #hash: TreeHash
  /** By height; set exactly where the size has a bit. */
  readonly #nodes: (Uint8Array | undefined)[] = []
  #size = 0

  constructor(hash: TreeHash) {
    this.#hash = hash
  }

  get size(): number {
    return this.#size
  }

  /**
   * Adds a perfect node to the right edge.
   * @param completed is told every higher node that this one completes.
   * @throws Error when a node of this height does not fit at this size.
   */
  append(node: Uint8Array, height = 0, completed?: (height: number, node: Uint8Array) => void): void {
    const width = 2 ** height
    if (this.#size % width !== 0)
      throw new Error(`a node of height ${height} does not fit at size ${this.#size}`)
    let carry = node
    let at = height
    for (let left = this.#nodes[at]; left !== undefined; left = this.#nodes[at]) {
      carry = this.#hash.node(left, carry)
      this.#nodes[at] = undefined
      at++
      completed?.(at, carry)
    }
    this.#nodes[at] = carry
    this.#size += width
  }

  root(): Uint8Array {
    let root: Uint8Array | undefined
    for (const node of this.#nodes) {
      if (node !== undefined) root = root === undefined ? node : this.#hash.node(node, root)
    }
    return root ?? this.#hash.empty()
  }

  copy(): Frontier {
    const copy = new Frontier(this.#hash)
    copy.#nodes.push(...this.#nodes)
    copy.#size = this.#size
    return copy
  }

  /** The root if `right`, covering fewer leaves than the smallest node here, came next. */
  rootWith(right: Uint8Array): Uint8Array {
    let root = right
    for (const node of this.#nodes) if (node !== undefined) root = this.#hash.node(node, root)
    return root
  }
}
