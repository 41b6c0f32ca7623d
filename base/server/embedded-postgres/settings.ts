export interface ServerSettings {
  readonly major: number
  /** false: nothing is synced, for tests. A crash of the machine destroys such a cluster. */
  readonly durable: boolean
  readonly sharedBuffersMegabytes: number
  readonly maxConnections: number
  /** By which leftover processes of this cluster are recognized. */
  readonly clusterName: string
}

/**
 * Pages that PostgreSQL keeps in memory, by what this machine or container has: a 32nd, 64 MB at least and 512 at most. Only
 * what is used is taken, so an idle installation stays small.
 */
export function sharedBuffersMegabytesFor(memoryBytes: number): number {
  return Math.min(512, Math.max(64, Math.floor(memoryBytes / 32 / 1024 ** 2)))
}

/**
 * What the server is started with. Given on the command line, so that it holds whatever the cluster's own files say.
 * Few processes and little shared memory: what idles here is part of what the whole installation idles at.
 */
export function serverSettings(options: ServerSettings): Record<string, string | number> {
  const { major, durable, sharedBuffersMegabytes, maxConnections, clusterName } = options
  return {
    // The socket's directory is the only door, and it is 0700: see the note on trust in initialize-cluster.ts.
    listen_addresses: '',
    unix_socket_permissions: '0700',
    cluster_name: clusterName,
    // Containers have 64 MB of /dev/shm, and a parallel hash join needs more.
    dynamic_shared_memory_type: 'mmap',
    huge_pages: 'off',
    shared_buffers: `${sharedBuffersMegabytes}MB`,
    max_connections: maxConnections,
    max_logical_replication_workers: 0,
    ...(major >= 18 && { io_method: 'sync' }),
    jit: 'off',
    random_page_cost: 1.1,
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    logging_collector: 'off',
    log_destination: 'stderr',
    log_line_prefix: '[%p] ',
    log_checkpoints: 'off',
    ...(durable ? durableSettings : fleetingSettings),
  }
}

const durableSettings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_wal_size: '1GB',
  min_wal_size: '80MB',
  // The online backup holds its log by a temporary replication slot.
  wal_level: 'replica',
  max_wal_senders: 4,
  max_replication_slots: 4,
}

const fleetingSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '2GB',
  min_wal_size: '80MB',
  checkpoint_timeout: '30min',
  wal_level: 'minimal',
  max_wal_senders: 0,
}
