/**
 * Says in memory that something changed, so that live pages read it again. It carries ids, never rows: who may see
 * what is decided by whoever reads. One process has this one; several would share a broker behind the same port.
 */
export interface Bus {
  publish(topic: string, id?: string): void
  /** @returns the function that ends the subscription. */
  subscribe(topic: string, heard: (id: string) => void): () => void
}

export function memoryBus(): Bus {
  const topics = new Map<string, Set<(id: string) => void>>()
  return {
    publish(topic, id = '') {
      for (const heard of topics.get(topic) ?? []) heard(id)
    },
    subscribe(topic, heard) {
      const listeners = topics.get(topic) ?? new Set()
      topics.set(topic, listeners.add(heard))
      return () => {
        listeners.delete(heard)
        if (listeners.size === 0) topics.delete(topic)
      }
    },
  }
}
