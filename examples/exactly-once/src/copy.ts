import { setTimeout } from 'node:timers/promises'
import { createProducer, KafkaError, type Producer, type Transaction } from '@sluice/producer'
import { type EachBatchPayload, Kafka, logLevel } from 'kafkajs'
import { type GroupMember, memberOf } from './group-member.js'

export interface CopyOptions {
  readonly bootstrapServers: string[]
  readonly from: string
  readonly to: string
  readonly groupId: string
  readonly transactionalId: string
}

/** A copy that is under way. */
export interface Copying {
  /** Ends after the batch that is under way. */
  stop(): Promise<void>
}

/** Short, for kafkajs tells the generation of the group only with a heartbeat. */
const heartbeatMs = 500

/** Copies one topic to another, each record exactly once, whatever fails, and however often it is started again. */
export async function copy(options: CopyOptions): Promise<Copying> {
  const { bootstrapServers, from, groupId, transactionalId } = options
  const producer = createProducer({ bootstrapServers, transactionalId })
  // What an earlier instance has left open is aborted now, before its offsets are asked for.
  await producer.connect()
  const kafka = new Kafka({ brokers: bootstrapServers, logLevel: logLevel.ERROR })
  // By default kafkajs reads committed records alone, so that no copy is made of a record that never was.
  const consumer = kafka.consumer({ groupId, heartbeatInterval: heartbeatMs })
  const member = memberOf(consumer)
  await consumer.connect()
  await consumer.subscribe({ topics: [from], fromBeginning: true })
  await consumer.run({
    // The offsets are committed with the transaction, and with nothing else.
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async (payload) => {
      await copyBatch(producer, options, payload, await known(member, payload))
      payload.resolveOffset(payload.batch.lastOffset())
    },
  })
  return {
    async stop() {
      await consumer.disconnect()
      await producer.close()
    },
  }
}

/** Writes the records of one batch, and how far they were read, or neither. */
async function copyBatch(
  producer: Producer,
  { groupId, to }: CopyOptions,
  { batch }: EachBatchPayload,
  member: GroupMember,
): Promise<void> {
  const { topic, partition, messages } = batch
  const transaction = await producer.beginTransaction()
  try {
    for (const { key, value } of messages) transaction.enqueue({ topic: to, key, value })
    // The next record to read.
    const offset = BigInt(batch.lastOffset()) + 1n
    await transaction.sendOffsets({ groupId, ...member, offsets: [{ topic, partition, offset }] })
    await committed(transaction)
  } catch (error) {
    if (!(error instanceof KafkaError && error.fatal)) await transaction.abort()
    // kafkajs reads the batch again. An error that says of itself that it is not retriable would end its consumer for good.
    throw new Error('the batch was not copied', { cause: error })
  }
}

/** A commit whose outcome is not known yet is asked for again: to read on, or again, would lose records or double them. */
async function committed(transaction: Transaction): Promise<void> {
  for (;;) {
    try {
      return await transaction.commit()
    } catch (error) {
      if (!(error instanceof KafkaError) || error.code !== 'TRANSACTION_TIMEOUT') throw error
    }
  }
}

/** Without a generation the coordinator would take the offsets of a consumer that has lost its partitions. */
async function known(
  member: () => GroupMember | null,
  { heartbeat }: EachBatchPayload,
): Promise<GroupMember> {
  for (;;) {
    const now = member()
    if (now !== null) return now
    await setTimeout(heartbeatMs)
    await heartbeat()
  }
}
