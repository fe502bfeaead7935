import { describe, expect, test } from 'vitest'
import { resolveEmbeddedClusterOptions, type EmbeddedClusterOptions } from '../src/options.js'

describe('the options of an embedded cluster', () => {
  test('have a default each', () => {
    expect(resolveEmbeddedClusterOptions({})).toMatchObject({
      brokers: 1,
      racks: [],
      topics: {},
      codecs: [{ name: 'gzip' }],
      autoCreateTopics: true,
      defaultPartitions: 1,
      maxMessageBytes: 1_048_588,
      replicationFactor: 1,
      minInsyncReplicas: 1,
      finalizedFeatures: { 'transaction.version': 2 },
      transactionMaxTimeoutMs: 900_000,
      groupInitialRebalanceDelayMs: 0,
      groupMinSessionTimeoutMs: 6000,
      groupMaxSessionTimeoutMs: 1_800_000,
      offsetsRetentionMs: 604_800_000,
    })
    expect(resolveEmbeddedClusterOptions({ brokers: 5 })).toMatchObject({ replicationFactor: 3 })
  })

  test('take undefined for a default', () => {
    const resolved = resolveEmbeddedClusterOptions({ brokers: undefined, topics: undefined })
    expect(resolved).toMatchObject({ brokers: 1, topics: {} })
  })

  test.each<EmbeddedClusterOptions>([
    { brokers: 0 },
    { brokers: 1.5 },
    { defaultPartitions: -1 },
    { maxMessageBytes: Number.NaN },
    { minInsyncReplicas: 0 },
    { transactionMaxTimeoutMs: 0 },
    { finalizedFeatures: { 'transaction.version': 3 } },
    { finalizedFeatures: { 'metadata.version': -1 } },
    { finalizedFeatures: { 'metadata.version': '25' as never } },
    { brokers: 2, replicationFactor: 3 },
    { topics: { orders: { partitions: 1, replicationFactor: 2 } } },
    { topics: { orders: { partitions: 1, maxMessageBytes: -1 } } },
    { topics: { orders: { partitions: 0 } } },
    { topics: { 'no topic': { partitions: 1 } } },
    { topics: { '..': { partitions: 1 } } },
    { brokers: '3' as never },
    { brokers: 3n as never },
    { autoCreateTopics: 'false' as never },
    { broker: 3 } as never,
    'three' as never,
  ])('refuse %o', (options) => {
    expect(() => resolveEmbeddedClusterOptions(options)).toThrow('INVALID_OPTION')
  })
})
