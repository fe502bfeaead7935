import { createProducer, type Producer, type Transaction } from '@sluice/producer'
import { KafkaError } from '@sluice/protocol'
import { waitFor } from '@sluice/test-kafka'
import { type EachBatchPayload, Kafka, logLevel } from 'kafkajs'
import { abortsFigure, beginKnown, commitKnown } from '../end-known.js'
import type { Stage } from '../scenario.js'
import { GroupMember } from './group-member.js'

/** Records of one transaction, at most, so that there are many. */
const mostRecords = 50
/** Something must be copied in this time. */
const stuckMs = 120_000

/**
 * Copies a topic record by record: kafkajs reads, our producer sends each batch on and commits its offsets in one transaction.
 */
export class Copier implements AsyncDisposable {
  readonly faults: string[] = []
  readonly #stage: Stage
  readonly #source: string
  readonly #group: string
  readonly #kafkajs: Kafka
  readonly #member: GroupMember
  readonly #producer: Producer
  /** Of each partition, the offset up to which it is copied for sure. */
  readonly #copiedTo: number[] = []
  readonly #failures: unknown[] = []
  readonly #counts = { records: 0, transactions: 0, repeats: 0, readAgain: 0 }

  constructor(stage: Stage, source: string) {
    this.#stage = stage
    this.#source = source
    this.#group = stage.nameOf('group')
    const brokers = stage.kafka.brokers.map(({ host, port }) => `${host}:${port}`)
    const retry = { retries: 1_000, maxRetryTime: 1_000, restartOnFailure: async () => true }
    this.#kafkajs = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry })
    this.#member = new GroupMember(this.#kafkajs, this.#group, retry)
    this.#producer = createProducer({
      bootstrapServers: brokers,
      transactionalId: stage.nameOf('id'),
      maxBlockMs: 2_500,
    })
  }

  get figures(): string[] {
    const { records, transactions, repeats, readAgain } = this.#counts
    return [
      `${records} records in ${transactions} transactions`,
      abortsFigure(this.#failures),
      `${repeats} calls made again`,
      `${readAgain} read again by the consumer`,
    ]
  }

  async start(): Promise<void> {
    await this.#producer.connect()
    await this.#member.start(this.#source, (batch) => this.#copy(batch))
  }

  /** Waits until so many records are copied, or the producer cannot go on. */
  async copied(count: number): Promise<void> {
    for (;;) {
      const { records } = this.#counts
      if (this.faults.length > 0 || records >= count) return
      const moves = async (): Promise<boolean> =>
        this.faults.length > 0 || this.#counts.records > records
      await waitFor(`more than ${records} of ${count} records are copied`, moves, stuckMs)
    }
  }

  /** @returns a fault for each partition whose group has not the offset up to which it was copied */
  async stop(): Promise<string[]> {
    await this.#member.stop()
    const admin = this.#kafkajs.admin()
    await admin.connect()
    try {
      const [found] = await admin.fetchOffsets({ groupId: this.#group, topics: [this.#source] })
      return found!.partitions
        .filter(({ partition, offset }) => Number(offset) !== this.#copiedTo[partition])
        .map(({ partition, offset }) => `the group is at ${offset} of partition ${partition}`)
    } finally {
      await admin.disconnect()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#member.stop()
    await this.#producer.close({ timeoutMs: 1_000 })
  }

  /** @throws to have the batch read again, after the group has met anew */
  async #copy({ batch, resolveOffset, heartbeat, isStale }: EachBatchPayload): Promise<void> {
    const { partition } = batch
    for (let at = 0; at < batch.messages.length && this.faults.length === 0; at += mostRecords) {
      await this.#member.generation(heartbeat)
      if (isStale()) return
      const copied = this.#copiedTo[partition] ?? 0
      // kafkajs asks for committed offsets without waiting for commits that are under way (KIP-447).
      const messages = batch.messages
        .slice(at, at + mostRecords)
        .filter(({ offset }) => Number(offset) >= copied)
      this.#counts.readAgain += Math.min(mostRecords, batch.messages.length - at) - messages.length
      if (messages.length === 0) continue
      await this.#copyMessages(partition, messages)
      resolveOffset(messages.at(-1)!.offset)
    }
  }

  async #copyMessages(
    partition: number,
    messages: EachBatchPayload['batch']['messages'],
  ): Promise<void> {
    const next = Number(messages.at(-1)!.offset) + 1
    try {
      const transaction = await beginKnown(this.#producer)
      const { topic } = this.#stage
      for (const { value } of messages) transaction.enqueue({ topic, partition, value })
      await this.#end(transaction, partition, next)
    } catch (error) {
      if (error instanceof KafkaError) this.faults.push(String(error))
      throw error
    }
    this.#copiedTo[partition] = next
    this.#counts.records += messages.length
    this.#counts.transactions++
  }

  /** @throws where the transaction was aborted */
  async #end(transaction: Transaction, partition: number, offset: number): Promise<void> {
    const offsets = [{ topic: this.#source, partition, offset }]
    // Its failure is told by the commit.
    transaction
      .sendOffsets({ groupId: this.#group, ...this.#member.identity, offsets })
      .catch(() => {})
    const { end, repeats, failure } = await commitKnown(transaction)
    this.#counts.repeats += repeats
    if (end === 'committed') return
    this.#failures.push(failure)
    // Of a KafkaError kafkajs would take the word that it is not retriable, and end.
    throw new Error('The transaction was aborted, so the batch is to be read again.')
  }
}
