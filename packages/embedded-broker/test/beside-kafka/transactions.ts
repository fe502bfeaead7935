import { Buffer } from 'node:buffer'
import {
  ByteReader,
  errorCodeOf,
  fetchApi,
  findCoordinatorApi,
  listOffsetsApi,
  readBatchHeader,
  readRecords,
} from '@sluice/protocol'
import { TransactionalProducer } from '../transactional-producer.js'
import type { Side } from './side.js'

/** A producer with a transactional id of its own. Both coordinators are there when it gets it. */
export async function producerOn(side: Side, name = ''): Promise<TransactionalProducer> {
  const producer = new TransactionalProducer(
    (api, version, body) => side.ask(api, version, body),
    side.topic,
    `tx-${side.topic}${name}`,
  )
  // A real log begins another segment, where a Fetch ends, when the time of its records jumps: markers are of today.
  producer.recordTime = Date.now
  await found(side, 0, 'any')
  await found(side, 1, producer.transactionalId)
  return producer
}

/** A Kafka that has just started makes the topics of its coordinators at the first question. */
async function found(side: Side, keyType: number, key: string): Promise<void> {
  for (;;) {
    const answer = await side.ask(findCoordinatorApi, 6, { keyType, coordinatorKeys: [key] })
    if (typeof answer !== 'string' && answer.coordinators[0]?.errorCode === 0) return
  }
}

/** Asks again while the transaction before is ending. Kafka writes the markers a moment later than it answers. */
export async function ended(ask: () => Promise<unknown>): Promise<unknown> {
  for (;;) {
    const answer = await ask()
    const text = String(answer)
    if (!text.includes('CONCURRENT_TRANSACTIONS') && !text.includes('NOT_ENOUGH_REPLICAS'))
      return answer
  }
}

/** The end of the log for readers of all records and of committed ones, or by time. */
export async function ends(side: Side, timestamp = -1n): Promise<unknown[]> {
  const answers = []
  for (const isolationLevel of [0, 1]) {
    const partitions = [{ partitionIndex: 0, timestamp }]
    const topics = [{ name: side.topic, partitions }]
    const answer = await side.ask(listOffsetsApi, 7, { replicaId: -1, isolationLevel, topics })
    if (typeof answer === 'string') return [answer]
    const { errorCode, offset } = answer.topics[0]!.partitions[0]!
    answers.push(errorCode === 0 ? offset : errorCodeOf(errorCode))
  }
  return answers
}

/** Waits until no transaction is open any more. */
export async function quiet(side: Side): Promise<void> {
  for (;;) {
    const [all, committed] = await ends(side)
    if (all === committed) return
  }
}

/** What a Fetch gives, by isolation level: offsets, the batches in words, and which transactions were aborted. */
export async function fetched(
  side: Side,
  { producerId }: { readonly producerId: bigint },
  fetchOffset = 0n,
): Promise<unknown[]> {
  const answers = []
  for (const isolationLevel of [0, 1]) {
    const partitions = [{ partition: 0, fetchOffset, partitionMaxBytes: 1_000_000 }]
    const limits = { maxWaitMs: 0, minBytes: 0, maxBytes: 1_000_000, isolationLevel }
    const body = { ...limits, topics: [{ topic: side.topic, partitions }] }
    const answer = await side.ask(fetchApi, 12, body)
    if (typeof answer === 'string') return [answer]
    const one = answer.responses[0]!.partitions[0]!
    const aborted = one.abortedTransactions?.map((each) => [
      each.producerId === producerId ? 'its id' : 'another id',
      each.firstOffset,
    ])
    const bytes = Buffer.concat(one.records ?? [])
    answers.push([
      errorCodeOf(one.errorCode),
      one.highWatermark,
      one.lastStableOffset,
      aborted ?? null,
    ])
    answers.push(batchesIn(bytes, producerId))
  }
  return answers
}

function batchesIn(bytes: Buffer, ofProducer: bigint): unknown[] {
  const reader = new ByteReader(bytes)
  const batches = []
  while (reader.remaining > 0) {
    const batch = readBatchHeader(reader)
    const { baseOffset, baseSequence, control, producerEpoch, producerId, transactional } = batch
    const [record] = [...readRecords(batch, new Uint8Array(batch.payload))]
    const content = control
      ? [hex(record!.key), hex(record!.value)]
      : String(Buffer.from(record!.value!))
    const whose = producerId === ofProducer ? 'its id' : 'another id'
    batches.push([baseOffset, whose, producerEpoch, baseSequence, transactional, content])
  }
  return batches
}

function hex(bytes: Uint8Array | null): string {
  return Buffer.from(bytes ?? []).toString('hex')
}
