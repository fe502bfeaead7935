/** What values of a setting are. */
export type ConfigType = 'boolean' | 'string' | 'int' | 'long' | 'double' | 'list'

/** A setting that a topic can have. */
export interface ConfigRow {
  readonly type: ConfigType
  /** Kafka's default. */
  readonly value: string
  /** The name of the setting of brokers that gives the default; none has where this is left out. */
  readonly server?: string
  /** The lowest number that is taken. */
  readonly least?: number
  /** The words that are taken, each of them in a list. */
  readonly among?: readonly string[]
}

/**
 * The settings of topics, by name, as Kafka 4.3 describes them. Only `max.message.bytes` and `min.insync.replicas` have an
 * effect here; the others are kept and told, so that a program can create its topics as it does in production.
 */
export const topicConfigRows: Readonly<Record<string, ConfigRow>> = {
  'cleanup.policy': {
    type: 'list',
    value: 'delete',
    server: 'log.cleanup.policy',
    among: ['delete', 'compact'],
  },
  'compression.gzip.level': { type: 'int', value: '-1', server: 'compression.gzip.level' },
  'compression.lz4.level': { type: 'int', value: '9', server: 'compression.lz4.level' },
  'compression.type': {
    type: 'string',
    value: 'producer',
    server: 'compression.type',
    among: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
  },
  'compression.zstd.level': { type: 'int', value: '3', server: 'compression.zstd.level' },
  'delete.retention.ms': {
    type: 'long',
    value: '86400000',
    server: 'log.cleaner.delete.retention.ms',
    least: 0,
  },
  'file.delete.delay.ms': {
    type: 'long',
    value: '60000',
    server: 'log.segment.delete.delay.ms',
    least: 0,
  },
  'flush.messages': {
    type: 'long',
    value: '9223372036854775807',
    server: 'log.flush.interval.messages',
    least: 1,
  },
  'flush.ms': { type: 'long', value: '9223372036854775807', least: 0 },
  'follower.replication.throttled.replicas': { type: 'list', value: '' },
  'index.interval.bytes': {
    type: 'int',
    value: '4096',
    server: 'log.index.interval.bytes',
    least: 0,
  },
  'leader.replication.throttled.replicas': { type: 'list', value: '' },
  'local.retention.bytes': {
    type: 'long',
    value: '-2',
    server: 'log.local.retention.bytes',
    least: -2,
  },
  'local.retention.ms': { type: 'long', value: '-2', server: 'log.local.retention.ms', least: -2 },
  'max.compaction.lag.ms': {
    type: 'long',
    value: '9223372036854775807',
    server: 'log.cleaner.max.compaction.lag.ms',
    least: 1,
  },
  'max.message.bytes': { type: 'int', value: '1048588', server: 'message.max.bytes', least: 0 },
  'message.timestamp.after.max.ms': {
    type: 'long',
    value: '3600000',
    server: 'log.message.timestamp.after.max.ms',
    least: 0,
  },
  'message.timestamp.before.max.ms': {
    type: 'long',
    value: '9223372036854775807',
    server: 'log.message.timestamp.before.max.ms',
    least: 0,
  },
  'message.timestamp.type': {
    type: 'string',
    value: 'CreateTime',
    server: 'log.message.timestamp.type',
    among: ['CreateTime', 'LogAppendTime'],
  },
  'min.cleanable.dirty.ratio': {
    type: 'double',
    value: '0.5',
    server: 'log.cleaner.min.cleanable.ratio',
    least: 0,
  },
  'min.compaction.lag.ms': {
    type: 'long',
    value: '0',
    server: 'log.cleaner.min.compaction.lag.ms',
    least: 0,
  },
  'min.insync.replicas': { type: 'int', value: '1', server: 'min.insync.replicas', least: 1 },
  preallocate: { type: 'boolean', value: 'false', server: 'log.preallocate' },
  'remote.log.copy.disable': { type: 'boolean', value: 'false' },
  'remote.log.delete.on.disable': { type: 'boolean', value: 'false' },
  'remote.storage.enable': { type: 'boolean', value: 'false' },
  'retention.bytes': { type: 'long', value: '-1', server: 'log.retention.bytes', least: -1 },
  'retention.ms': { type: 'long', value: '604800000', server: 'log.retention.ms', least: -1 },
  'segment.bytes': {
    type: 'int',
    value: '1073741824',
    server: 'log.segment.bytes',
    least: 1048576,
  },
  'segment.index.bytes': {
    type: 'int',
    value: '10485760',
    server: 'log.index.size.max.bytes',
    least: 4,
  },
  'segment.jitter.ms': { type: 'long', value: '0', least: 0 },
  'segment.ms': { type: 'long', value: '604800000', least: 1 },
  'unclean.leader.election.enable': {
    type: 'boolean',
    value: 'false',
    server: 'unclean.leader.election.enable',
  },
}
