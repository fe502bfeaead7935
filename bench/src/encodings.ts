import {
  crc32c,
  encodeBatchHeader,
  encodeRequest,
  flattenHeaders,
  produceApi,
  RecordBatchBuilder,
} from '@sluice/protocol'
import kafkajsCrc from 'kafkajs/src/protocol/recordBatch/crc32C/index.js'
import kafkajsRecord from 'kafkajs/src/protocol/recordBatch/record/v0/index.js'
import kafkajsFrame from 'kafkajs/src/protocol/request.js'
import kafkajsProduce from 'kafkajs/src/protocol/requests/produce/v7/request.js'
import type { Comparison } from './comparison.js'

const now = 1_700_000_000_000
const key = 'key-000000000012'
const twoHeaders = { trace: '4bf92f3577b34da6', tenant: 'eu-1' }

/** A record into an open batch; for kafkajs, into an encoder of its own, not yet copied into a batch. */
function append(
  name: string,
  value: string | Buffer,
  recordKey: string | null,
  headers: Record<string, string> = {},
): Comparison {
  const count = 500
  const storage = new ArrayBuffer(2 ** 20)
  const flat = Object.keys(headers).length === 0 ? null : flattenHeaders(headers)
  return {
    name,
    count,
    unit: 'record',
    ours() {
      const batch = new RecordBatchBuilder(storage)
      for (let i = 0; i < count; i++) batch.append(now + i, recordKey, value, flat)
      return batch.bytes
    },
    theirs() {
      for (let i = 0; i < count; i++) {
        kafkajsRecord({ offsetDelta: i, timestampDelta: i, key: recordKey, value, headers })
      }
    },
  }
}

export const appends = (): Comparison[] =>
  [100, 1_024].flatMap((bytes) => {
    const text = 'x'.repeat(bytes)
    const buffer = Buffer.from(text)
    return [
      append(`append, ${bytes} B Buffer`, buffer, null),
      append(`append, ${bytes} B Buffer, key`, buffer, key),
      append(`append, ${bytes} B Buffer, key, 2 headers`, buffer, key, twoHeaders),
      append(`append, ${bytes} B string`, text, null),
      append(`append, ${bytes} B string, key`, text, key),
      append(`append, ${bytes} B string, key, 2 headers`, text, key, twoHeaders),
    ]
  })

export const crcs = (): Comparison[] =>
  [100, 1_024, 16_384, 65_536, 1_048_576].map((bytes) => {
    const input = Buffer.alloc(bytes, 'some bytes')
    return {
      name: `crc32c, ${bytes} B`,
      count: bytes,
      unit: 'byte',
      ours: () => crc32c(input),
      theirs: () => kafkajsCrc(input),
    }
  })

const recordsPerBatch = 100
const value = Buffer.alloc(100, 'x')

/** From records to what a socket is given. */
export function produce(): Comparison {
  const messages = Array.from({ length: recordsPerBatch }, () => ({ key, value, headers: {} }))
  const partitions = Array.from({ length: 12 }, (_, partition) => ({
    partition,
    firstSequence: 0,
    messages,
  }))
  const request = { acks: -1, timeout: 30_000, topicData: [{ topic: 'bench', partitions }] }
  const storages = partitions.map(() => new ArrayBuffer(32_768))
  return {
    name: `Produce, 12 batches of ${recordsPerBatch} records`,
    count: 12 * recordsPerBatch,
    unit: 'record',
    ours: () => produceOf(storages.map((storage) => filled(storage))),
    theirs: () =>
      kafkajsFrame({ correlationId: 1, clientId: 'bench', request: kafkajsProduce(request) }),
  }
}

/** The same from batches that are sealed: their headers, CRCs and the request. */
export function produceOfSealed(): Comparison {
  const batches = Array.from({ length: 12 }, () => filled(new ArrayBuffer(32_768)))
  return {
    name: 'Produce, 12 sealed batches of 12 KB',
    count: 1,
    unit: 'request',
    ours: () => produceOf(batches),
  }
}

function filled(storage: ArrayBuffer): RecordBatchBuilder {
  const batch = new RecordBatchBuilder(storage)
  for (let i = 0; i < recordsPerBatch; i++) batch.append(now, key, value, null)
  return batch
}

function produceOf(batches: RecordBatchBuilder[]): Uint8Array[] {
  const partitionData = batches.map((batch, index) => ({ index, records: chunksOf(batch) }))
  return encodeRequest(produceApi, 9, 1, 'bench', {
    transactionalId: null,
    acks: -1,
    timeoutMs: 30_000,
    topicData: [{ name: 'bench', partitionData }],
  })
}

function chunksOf(batch: RecordBatchBuilder): Uint8Array[] {
  const { count, baseTimestamp, maxTimestamp } = batch
  const payload = batch.payload()
  const fields = { count, baseTimestamp, maxTimestamp, codecId: 0, transactional: false } as const
  const producer = { producerId: 7n, producerEpoch: 0, baseSequence: 0 }
  return [encodeBatchHeader({ ...fields, ...producer }, payload), payload]
}
