import { crc32 as zlibCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc32 } from '../src/crc32.js'
import { crc32Partitioner, uniformStickyPartitioner } from '../src/index.js'
import { librdkafkaKeys } from './librdkafka-vectors.js'
import { FakeTopic, keyed, keyedBytes, keyless } from './topic.js'

describe('crc32', () => {
  it('hashes 123456789 to the check value of CRC-32', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926)
  })

  it('equals the CRC-32 of zlib for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(crc32(bytes)).toBe(zlibCrc32(bytes))
      }),
    )
  })
})

describe('the crc32 partitioner', () => {
  it('puts random keys where librdkafka put them', () => {
    const chooser = crc32Partitioner().forTopic('orders')
    const topic = new FakeTopic(12, [3])
    expect(librdkafkaKeys).toHaveLength(130)
    expect(librdkafkaKeys.map(({ key }) => chooser.partition(keyedBytes(key), topic))).toEqual(
      librdkafkaKeys.map(({ partitionOf12 }) => partitionOf12),
    )
  })

  it('takes an empty key for none, as consistent_random does', () => {
    const keylessPartitioner = uniformStickyPartitioner({ random: () => 0.5 })
    const chooser = crc32Partitioner({ keyless: keylessPartitioner }).forTopic('orders')
    const topic = new FakeTopic(12, [2, 7, 9])
    expect(chooser.partition(keyed(''), topic)).toBe(7)
    expect(chooser.partition(keyless, topic)).toBe(7)
  })
})
