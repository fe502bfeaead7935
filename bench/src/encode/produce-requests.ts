import { encodeRequest, produceApi, RecordBatchBuilder } from '@sluice/protocol'
import kafkajsFrame from 'kafkajs/src/protocol/request.js'
import kafkajsProduce from 'kafkajs/src/protocol/requests/produce/v7/request.js'
import type { Comparison } from './comparison.js'
import type { Party } from './party.js'
import { sealed } from './sealed-batch.js'

const recordsPerBatch = 100
const key = 'key-000000000012'
const value = Buffer.alloc(100, 'x')

/** From records to the bytes that a socket is given. */
export function produce(): Comparison<Party> {
  const messages = Array.from({ length: recordsPerBatch }, () => ({ key, value, headers: {} }))
  const partitions = Array.from({ length: 12 }, (_, partition) => ({
    partition,
    firstSequence: 0,
    messages,
  }))
  const request = { acks: -1, timeout: 30_000, topicData: [{ topic: 'bench', partitions }] }
  const storages = partitions.map(() => new ArrayBuffer(32_768))
  return {
    name: `12 batches of ${recordsPerBatch} records`,
    count: 12 * recordsPerBatch,
    calls: {
      sluice: () => produceOf(storages.map((storage) => filled(storage))),
      kafkajs: () =>
        kafkajsFrame({ correlationId: 1, clientId: 'bench', request: kafkajsProduce(request) }),
      platformatic: null,
    },
  }
}

/** The same from complete batches: headers, CRCs and the request. */
export function produceOfComplete(): Comparison<Party> {
  const batches = Array.from({ length: 12 }, () => filled(new ArrayBuffer(32_768)))
  return {
    name: 'the same, records written before',
    count: 12 * recordsPerBatch,
    calls: { sluice: () => produceOf(batches), kafkajs: null, platformatic: null },
  }
}

function filled(storage: ArrayBuffer): RecordBatchBuilder {
  const batch = new RecordBatchBuilder(storage)
  for (let i = 0; i < recordsPerBatch; i++) batch.append(1_700_000_000_000, key, value, null)
  return batch
}

function produceOf(batches: RecordBatchBuilder[]): Uint8Array[] {
  const partitionData = batches.map((batch, index) => ({ index, records: sealed(batch) }))
  return encodeRequest(produceApi, 9, 1, 'bench', {
    transactionalId: null,
    acks: -1,
    timeoutMs: 30_000,
    topicData: [{ name: 'bench', partitionData }],
  })
}
