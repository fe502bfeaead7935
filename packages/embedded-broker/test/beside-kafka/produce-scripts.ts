import { crc32c, produceApi, zeroUuid, type CompressionCodec } from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import { batchOf, type TestBatchOptions } from '../batches.js'
import { produceBody } from '../produce-requests.js'
import type { Script } from './script.js'
import { closed, summary } from './side.js'

const unknownId = '01234567-89ab-cdef-0123-456789abcdef'
const hourMs = 3_600_000

/** Two records, and bytes of the batch changed; the CRC is right again. */
async function patched(
  patch: (batch: Buffer) => void,
  options?: TestBatchOptions,
): Promise<Buffer> {
  const batch = await batchOf([{ value: 'x' }, { value: 'y' }], options)
  patch(batch)
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17)
  return batch
}

/** Two records, and bytes of them changed before they are compressed. */
function gzipped(patch: (payload: Buffer) => void): Promise<Buffer> {
  const { compress } = gzip()
  const patching = (input: Uint8Array) => {
    const payload = Buffer.from(input)
    patch(payload)
    return compress(payload)
  }
  return batchOf([{ value: 'x' }, { value: 'y' }], { codec: { ...gzip(), compress: patching } })
}

/** What of two records is sent as one partition's records. */
function records(title: string, make: () => Promise<Uint8Array>): Script {
  return { title, run: async (side) => side.produce(await make()) }
}

const zstdOfNothing: CompressionCodec = {
  id: 4,
  name: 'zstd',
  compress: () => Buffer.from('28b52ffd0000010000', 'hex'),
  decompress: (input) => input,
}

/** What Produce says to topics, batches and `acks` it does not like. Kafka does not answer `null` for records at all. */
export const produceScripts: Script[] = [
  {
    title: 'every version',
    run: async (side) => {
      const batch = await batchOf([{ value: 'a' }, { value: 'b' }])
      const answers = []
      for (let version = 3; version <= 12; version++) {
        answers.push(await side.produce(batch, { version }))
      }
      return [...answers, await side.produce(batch, { topicId: await side.topicId() })]
    },
  },
  {
    title: 'unknown topics, ids and partitions',
    run: async (side) => {
      const batch = await batchOf([{ value: 'a' }])
      return [
        await side.produce(batch, { topic: 'unknown' }),
        await side.produce(batch, { topic: '' }),
        await side.produce(batch, { partition: 1 }),
        await side.produce(batch, { partition: -1 }),
        await side.produce(batch, { topicId: unknownId }),
        await side.produce(batch, { topicId: zeroUuid }),
      ]
    },
  },
  {
    title: 'several topics and partitions in one request',
    run: async (side) => {
      const batch = [await batchOf([{ value: 'a' }])]
      const topicData = [
        { name: 'unknown', partitionData: [{ index: 0, records: batch }] },
        { name: side.topic, partitionData: [7, 0].map((index) => ({ index, records: batch })) },
      ]
      const body = { ...produceBody(null), topicData }
      const answer = await side.ask(produceApi, 12, body)
      if (answer === closed) return closed
      // Kafka answers topics and partitions in an order of its own.
      return Object.fromEntries(
        answer.responses.flatMap(({ name, partitionResponses }) =>
          partitionResponses.map((one) => [`${name === side.topic} ${one.index}`, summary(one)]),
        ),
      )
    },
  },
  {
    title: 'acks that are none',
    run: async (side) => {
      const batch = await batchOf([{ value: 'a' }])
      const answers = []
      for (const acks of [2, -2, 7]) answers.push(await side.produce(batch, { acks }))
      return answers
    },
  },
  {
    title: 'acks 0 without an answer, then acks 1 and all',
    run: async (side) => {
      const batch = await batchOf([{ value: 'a' }])
      await side.produceSilently(batch)
      return [await side.produce(batch, { acks: 1 }), await side.produce(batch)]
    },
  },
  {
    title: 'acks 0 that fails',
    run: async (side) => {
      const batch = await batchOf([{ value: 'a' }])
      await side.produceSilently(batch, { partition: 9 })
      return side.produce(batch)
    },
  },
  {
    title: 'more replicas wanted in sync than there are',
    configs: { 'min.insync.replicas': '2' },
    run: async (side) => {
      const batch = await batchOf([{ value: 'a' }])
      const tooLarge = await batchOf([{ value: 'x'.repeat(2_000_000) }])
      return [
        await side.produce(batch),
        await side.produce(batch, { acks: 1 }),
        await side.produce(tooLarge),
      ]
    },
  },
  {
    title: 'a batch of exactly max.message.bytes, and of one more',
    configs: { 'max.message.bytes': '100' },
    run: async (side) => {
      const overhead = (await batchOf([{ value: '' }])).length
      const sizes = [100, 101]
      const answers = []
      for (const size of sizes) {
        answers.push(await side.produce(await batchOf([{ value: 'x'.repeat(size - overhead) }])))
      }
      return answers
    },
  },
  records('a wrong CRC', async () => {
    const batch = await batchOf([{ value: 'a' }])
    batch[batch.length - 2]! ^= 1
    return batch
  }),
  records('gzip', () => batchOf([{ value: 'a' }, { value: 'b' }], { codec: gzip() })),
  records('compressed records that are not', () => patched((batch) => batch.writeInt16BE(1, 21))),
  records('a codec that does not exist', () => patched((batch) => batch.writeInt16BE(5, 21))),
  {
    title: 'zstd before version 7',
    run: async (side) =>
      side.produce(await batchOf([{ value: 'a' }], { codec: zstdOfNothing }), { version: 6 }),
  },
  records('format 1', () => patched((batch) => batch.writeInt8(1, 16))),
  records('format 3', () => patched((batch) => batch.writeInt8(3, 16))),
  records('no records', () => Promise.resolve(new Uint8Array(0))),
  records('two batches', async () =>
    Buffer.concat([await batchOf([{ value: 'a' }]), await batchOf([{ value: 'b' }])]),
  ),
  records('half a batch', async () => (await batchOf([{ value: 'a' }])).subarray(0, -1)),
  records('bytes behind the batch', async () =>
    Buffer.concat([await batchOf([{ value: 'a' }]), Buffer.alloc(4)]),
  ),
  records('a base offset', () => patched((batch) => batch.writeInt32BE(5, 4))),
  records('a count that the last offset contradicts', () =>
    patched((batch) => batch.writeInt32BE(3, 57)),
  ),
  records('fewer records than announced', () =>
    patched((batch) => {
      batch.writeInt32BE(2, 23)
      batch.writeInt32BE(3, 57)
    }),
  ),
  records('more records than announced', () =>
    patched((batch) => {
      batch.writeInt32BE(0, 23)
      batch.writeInt32BE(1, 57)
    }),
  ),
  records('an offset delta out of sequence', () => patched((batch) => batch.writeInt8(2, 64))),
  records('an offset delta out of sequence, compressed', () =>
    gzipped((payload) => payload.writeInt8(2, 3)),
  ),
  records('a record longer than the batch', () => patched((batch) => batch.writeInt8(126, 61))),
  records('a record longer than the batch, compressed', () =>
    gzipped((payload) => payload.writeInt8(126, 0)),
  ),
  records('a key longer than its record', () => patched((batch) => batch.writeInt8(60, 65))),
  records('a negative number of headers', () => patched((batch) => batch.writeInt8(1, 68))),
  records('a record that is longer than it says', () => patched((batch) => batch.writeInt8(2, 61))),
  records('a control batch', () => patched((batch) => batch.writeInt16BE(0x20, 21))),
  records('a transactional batch in no transaction', () =>
    batchOf([{ value: 'a' }], { producerId: 5n, transactional: true }),
  ),
  records('timestamps of long ago', () =>
    batchOf([
      { value: 'a', timestamp: 0 },
      { value: 'b', timestamp: -1 },
    ]),
  ),
  records('timestamps of the future', () =>
    batchOf(
      [0, 2, 0.5, 3].map((hours) => ({ value: 'a', timestamp: Date.now() + hours * hourMs })),
    ),
  ),
]
