import type { CompressionCodec, ProducerRecord } from '@sluice/protocol'
import { expect, test } from 'vitest'
import type { ProducerOptions } from '../../src/index.js'
import { faultyCluster, type FaultyCluster } from './faulty-cluster.js'

const valuesIn = ({ cluster }: FaultyCluster, topic = 't'): string[] =>
  cluster.records(topic).map(({ value }) => String(value))

const boom = (): never => {
  throw new Error('boom')
}

test('F41: bytes that are changed after the call are sent as they were', async () => {
  await using faulty = await faultyCluster({ lingerMs: 20 })
  await faulty.producer.partitionsFor('t')
  const value = Buffer.from('as it was')
  const key = Buffer.from('key')
  const header = Buffer.from('header')
  const headers: Record<string, Buffer> = { header }
  const sent = faulty.producer.send({ topic: 't', key, value, headers })
  for (const bytes of [value, key, header]) bytes.fill('!')
  headers['later'] = value
  await sent
  const [record] = faulty.cluster.records('t')
  expect(String(record!.value)).toBe('as it was')
  expect(String(record!.key)).toBe('key')
  expect(record!.headers.map(([name, bytes]) => [name, String(bytes)])).toEqual([
    ['header', 'header'],
  ])
})

/** As `postMessage` does with the memory that it hands to another thread. */
function transfer({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer) structuredClone(buffer, { transfer: [buffer] })
}

/** Throws for one record alone. */
const partitioner: ProducerOptions['partitioner'] = {
  forTopic: () => ({ partition: ({ record }) => (record.value === 'bad' ? boom() : 0) }),
}

const mistakes: [string, Partial<ProducerRecord> | null, string, Partial<ProducerOptions>][] = [
  ['a partitioner that throws', { value: 'bad' }, 'PARTITIONER_FAILED', { partitioner }],
  [
    'a header of 2 MiB',
    { value: 'bad', headers: { large: Buffer.alloc(2_097_152) } },
    'RECORD_TOO_LARGE',
    {},
  ],
  ['a partition that is not there', { value: 'bad', partition: 7 }, 'INVALID_PARTITION', {}],
  ['a value that is a number', { value: 7 as never }, 'INVALID_ARGUMENT', {}],
  ['no record at all', null, 'INVALID_ARGUMENT', {}],
]

test.each(mistakes)(
  'F41: %s rejects that send alone, not the batch it would have been in',
  async (_, mistake, code, options) => {
    await using faulty = await faultyCluster(options)
    const { producer } = faulty
    await producer.partitionsFor('t')
    const good = (value: string): Promise<unknown> => producer.send({ topic: 't', value })
    const record = mistake === null ? mistake : { topic: 't', value: '', ...mistake }
    const [first, bad, last] = await Promise.allSettled([
      good('first'),
      producer.send(record as ProducerRecord),
      good('last'),
    ])
    expect(bad).toMatchObject({ status: 'rejected', reason: { code, persisted: 'no' } })
    expect(first).toMatchObject({ value: { offset: 0n } })
    expect(last).toMatchObject({ value: { offset: 1n } })
    expect(valuesIn(faulty)).toEqual(['first', 'last'])
    // One batch: the bad one has not even ended it.
    expect(faulty.cluster.batchCount('t')).toBe(1)
  },
)

test('F41: a codec that throws fails its batch before it is sent, and the next one follows', async () => {
  let broken = true
  const compression: CompressionCodec = {
    id: 1,
    name: 'broken',
    compress: (input) => (broken ? boom() : input),
    decompress: (input) => input,
  }
  // This codec cannot be made again in another thread.
  await using faulty = await faultyCluster({ compression, senderThread: false })
  const failed = faulty.producer.send({ topic: 't', value: 'lost' })
  await expect(failed).rejects.toMatchObject({
    persisted: 'no',
    cause: expect.objectContaining({ message: 'boom' }),
  })
  broken = false
  // What does not get smaller is sent as it is.
  await faulty.send(0, 'next')
  expect(valuesIn(faulty)).toEqual(['next'])
})

test('F41: a callback that throws is logged, and keeps no other callback from being called', async () => {
  const errors: string[] = []
  const logger = {
    debug() {},
    info() {},
    warn() {},
    error: (line: string) => void errors.push(line),
  }
  await using faulty = await faultyCluster({ logger })
  const told: string[] = []
  const enqueue = (value: string, then: () => void): boolean =>
    faulty.producer.enqueue({ topic: 't', value }, then)
  enqueue('throws', boom)
  enqueue('behind', () => told.push('behind'))
  await faulty.producer.flush()
  expect(told).toEqual(['behind'])
  expect(errors).toEqual([expect.stringContaining('boom')])
  expect(valuesIn(faulty)).toEqual(['throws', 'behind'])
})

test('F41: a key that is null or left out is none, and a value that is null is a tombstone', async () => {
  await using faulty = await faultyCluster()
  const { producer } = faulty
  await producer.send({ topic: 't', key: null, value: 'a' })
  await producer.send({ topic: 't', value: 'b' })
  await producer.send({ topic: 't', key: '', value: null })
  expect(
    faulty.cluster.records('t').map(({ key, value }) => [key?.toString(), value?.toString()]),
  ).toEqual([
    [undefined, 'a'],
    [undefined, 'b'],
    ['', undefined],
  ])
})

test.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString'])(
  'F41: %s is a topic and a header like any other',
  async (name) => {
    await using faulty = await faultyCluster()
    const sent = faulty.producer.send({ topic: name, value: 'a', headers: [[name, 'b']] })
    await expect(sent).resolves.toMatchObject({ topic: name, offset: 0n })
    const [record] = faulty.cluster.records(name)
    expect(record!.headers.map(([header, bytes]) => [header, String(bytes)])).toEqual([[name, 'b']])
    expect(valuesIn(faulty, name)).toEqual(['a'])
  },
)

test('a partitioner that transfers the bytes of records fails these alone, and flush and close end', async () => {
  const transferring: ProducerOptions['partitioner'] = {
    forTopic: () => ({
      partition: ({ record: { value } }) => {
        if (value instanceof Uint8Array) transfer(value)
        return 0
      },
    }),
  }
  await using faulty = await faultyCluster({ partitioner: transferring, bufferBytes: 65_536 })
  const { producer } = faulty
  await producer.partitionsFor('t')
  // Together they would hold more than all the memory, if each left something behind.
  for (let round = 0; round < 200; round++) {
    const value = new Uint8Array(1_000)
    const sent = producer.send({ topic: 't', value })
    await expect(sent).rejects.toMatchObject({ persisted: 'no', cause: expect.any(TypeError) })
  }
  await producer.flush()
  await expect(producer.send({ topic: 't', value: 'fine' })).resolves.toMatchObject({ offset: 0n })
  await producer.close({ timeoutMs: 60_000 })
  expect(valuesIn(faulty)).toEqual(['fine'])
})
