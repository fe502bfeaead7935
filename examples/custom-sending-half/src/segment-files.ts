import { closeSync, fdatasyncSync, mkdirSync, openSync, writevSync } from 'node:fs'
import { join } from 'node:path'
import {
  type AccumulatorQueue,
  type BatchOutcome,
  createQueue,
  type QueueBatch,
  type QueueOptions,
  type ToQueue,
} from '@sluice/accumulator/queue'
import type { SendingHalf } from '@sluice/producer/compose'
import { encodeBatchHeader, KafkaError } from '@sluice/protocol'

export interface SegmentFilesOptions extends Omit<QueueOptions, 'toFront'> {
  /** Gets a folder for each partition. A log that is there already is not written to. */
  readonly folder: string
  /** How many partitions each topic has. */
  readonly partitions: number
}

/** Writes batches to files instead of brokers, in the format of a broker's log: Kafka's own tools read them. */
export function segmentFiles(options: SegmentFilesOptions): SendingHalf {
  return new SegmentFiles(options)
}

class SegmentFiles implements SendingHalf {
  readonly #options: SegmentFilesOptions
  readonly #segments = new Map<string, Segment>()
  #queue!: AccumulatorQueue
  #isWaiting = false

  constructor(options: SegmentFilesOptions) {
    this.#options = options
  }

  start(toFront: QueueOptions['toFront']): void {
    this.#queue = createQueue({ ...this.#options, toFront })
    this.#queue.onWork(() => this.#workLater())
  }

  receive(message: ToQueue): void {
    this.#queue.receive(message)
  }

  async connect(): Promise<void> {}

  async close(): Promise<void> {
    for (const segment of this.#segments.values()) segment.close()
  }

  /** The queue may tell of work in the middle of an append, so the work is done in a microtask. */
  #workLater(): void {
    if (this.#isWaiting) return
    this.#isWaiting = true
    queueMicrotask(() => {
      this.#isWaiting = false
      this.#work()
    })
  }

  #work(): void {
    const queue = this.#queue
    const topics = queue.takeWantedTopics().map((name) => topicOf(name, this.#options.partitions))
    if (topics.length > 0) queue.publish(topics, null)
    if (queue.closed) return queue.take({}).forEach((batch) => this.#settle(batch, closed))
    // The queue has settled these itself, and keeps them until somebody asks.
    queue.takeDiscarded()
    queue.ready(performance.now(), () => leader)
    const batches = queue.drain(leader.node, limits)
    for (const batch of batches) this.#settle(batch, this.#outcomeOf(batch))
    // There is at most one batch of each partition for a request, so there may be more.
    if (batches.length > 0) this.#workLater()
  }

  #settle(batch: QueueBatch, outcome: BatchOutcome): void {
    this.#queue.settle(batch, outcome)
    this.#queue.release(batch)
  }

  #outcomeOf(batch: QueueBatch): BatchOutcome {
    let persisted: 'no' | 'possibly' = 'no'
    try {
      const segment = this.#segmentOf(batch)
      const header = segment.headerOf(batch)
      persisted = 'possibly'
      return { error: null, baseOffset: segment.append(header, batch), logAppendTime: -1 }
    } catch (cause) {
      const { message } = cause as Error
      return { error: new KafkaError('KAFKA_STORAGE_ERROR', message, { persisted, cause }) }
    }
  }

  #segmentOf({ topic, partition }: QueueBatch): Segment {
    const name = `${topic}-${partition}`
    const segment = this.#segments.get(name) ?? new Segment(join(this.#options.folder, name))
    this.#segments.set(name, segment)
    return segment
  }
}

/** The first file of a partition's log. */
class Segment {
  readonly #path: string
  readonly #file: number
  #nextOffset = 0n
  #isWhole = true

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true })
    this.#path = join(folder, `${'0'.repeat(20)}.log`)
    this.#file = openSync(this.#path, 'wx')
  }

  /** @throws Error where nothing can be written behind what is there */
  headerOf({ count, baseTimestamp, maxTimestamp, codecId, payload }: QueueBatch): Buffer {
    if (!this.#isWhole) throw new Error(`${this.#path} may end in half a batch; nothing follows it`)
    const fields = { count, baseTimestamp, maxTimestamp, codecId, ...withoutProducer }
    const header = Buffer.from(encodeBatchHeader(fields, payload))
    // The checksum leaves the offset out, since a broker writes it into a batch that it was sent.
    header.writeBigInt64BE(this.#nextOffset, 0)
    return header
  }

  /** Synchronous, so no batch overtakes another. @returns the offset of its first record */
  append(header: Buffer, batch: QueueBatch): bigint {
    this.#isWhole = false
    const bytes = writevSync(this.#file, [header, batch.payload])
    if (bytes < header.length + batch.payload.length) throw new Error(`${this.#path}: no room`)
    fdatasyncSync(this.#file)
    this.#isWhole = true
    this.#nextOffset += BigInt(batch.count)
    return this.#nextOffset - BigInt(batch.count)
  }

  close(): void {
    closeSync(this.#file)
  }
}

const withoutProducer = {
  producerId: -1n,
  producerEpoch: -1,
  baseSequence: -1,
  transactional: false,
}
const closed: BatchOutcome = {
  error: new KafkaError('PRODUCER_CLOSED', 'it was closed before', { persisted: 'no' }),
}
const leader = { node: 0, epoch: 0 }
const limits = { maxBytes: Number.MAX_SAFE_INTEGER, busy: false, mayDrain: () => true }

function topicOf(name: string, count: number) {
  const partitions = Array.from({ length: count }, (_, partition) => ({
    topic: name,
    partition,
    leader: leader.node,
    leaderEpoch: leader.epoch,
    replicas: [leader.node],
    inSyncReplicas: [leader.node],
  }))
  return { name, error: null, partitions }
}
