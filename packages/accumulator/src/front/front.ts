import { detailOf, type ErrorDescription, KafkaError } from '@sluice/protocol'
import type { AccumulatorFront, FrontFigures, TopicFront } from '../accumulator-front.js'
import type {
  CompressedMessage,
  SettledMessage,
  ToFront,
  ToQueue,
  WantedMessage,
} from '../messages.js'
import type { ResolvedAccumulatorOptions } from '../options.js'
import type { QueueFigures } from '../queue-figures.js'
import type { AccumulatorRuntime } from '../runtime.js'
import { queueFigures } from './batches/batches-by-partition.js'
import { DueBatches } from './batches/due-batches.js'
import type { FrontBatch } from './batches/front-batch.js'
import { LoopTurn } from './batches/loop-turn.js'
import { OpenBatches } from './batches/open-batches.js'
import { failureOf, settlementOf } from './batches/settlement.js'
import { UnsettledBatches } from './batches/unsettled-batches.js'
import { LastFlush } from './last-flush.js'
import { BackPressure } from './memory/back-pressure.js'
import { Memory } from './memory/memory.js'
import { Shares } from './memory/shares.js'
import { Topics } from './topics.js'
import { Admission } from './waiting/admission.js'
import { TopicQuestions } from './waiting/topic-questions.js'
import { WaitingLine } from './waiting/waiting-line.js'

export function joinFront(
  options: ResolvedAccumulatorOptions,
  runtime: AccumulatorRuntime,
  toQueue: (message: ToQueue) => void,
): AccumulatorFront {
  return new Front(options, runtime, toQueue)
}

/** Joins the rooms of this folder: the topics, the batches, the memory and the waiting line. */
class Front implements AccumulatorFront {
  readonly #memory: Memory
  readonly #backPressure: BackPressure
  readonly #turn: LoopTurn
  readonly #due: DueBatches
  readonly #batches: OpenBatches
  readonly #unsettled: UnsettledBatches
  readonly #line: WaitingLine
  readonly #admission: Admission
  readonly #topics: Topics
  readonly #lastFlush = new LastFlush()
  readonly #runtime: AccumulatorRuntime
  readonly #toQueue: (message: ToQueue) => void
  readonly #restored = new WeakMap<ErrorDescription, KafkaError>()
  #pending = false
  #pendingListener: (pending: boolean) => void = () => {}

  constructor(
    options: ResolvedAccumulatorOptions,
    runtime: AccumulatorRuntime,
    toQueue: (message: ToQueue) => void,
  ) {
    this.#runtime = runtime
    this.#toQueue = toQueue
    this.#memory = new Memory(options.bufferBytes, options.compression === null ? 1 : 2)
    this.#backPressure = new BackPressure(options.bufferBytes, runtime, () => this.#heldBytes())
    const shares = new Shares(this.#memory)
    this.#unsettled = new UnsettledBatches(this.#memory, shares, runtime)
    const turn = new LoopTurn(runtime, {
      begun: () => this.#due.sealOld(),
      ended: () => this.#endTurn(),
    })
    const due = new DueBatches(options, runtime, turn, {
      toQueue,
      tooOld: (batch) => this.#batches.seal(batch, 'tooOld'),
    })
    const parts = { memory: this.#memory, shares, turn, due, observer: runtime.observer }
    const opened = (batch: FrontBatch): void => this.#opened(batch)
    const batches = new OpenBatches(options, parts, { opened, toQueue })
    const line = new WaitingLine(shares, options.bufferBytes, options.maxBlockMs, runtime)
    line.onChange(() => this.#changed())
    const questions = new TopicQuestions(options.maxBlockMs, runtime)
    this.#admission = new Admission({ memory: this.#memory, line, questions, toQueue })
    this.#topics = new Topics({
      turn,
      batches,
      due,
      line,
      shares,
      admission: this.#admission,
      toQueue,
    })
    this.#turn = turn
    this.#due = due
    this.#batches = batches
    this.#line = line
  }

  forTopic(name: string): TopicFront {
    return this.#topics.forName(name)
  }

  timestamp(): number {
    return this.#turn.timestamp()
  }

  get hasRoom(): boolean {
    return this.#backPressure.hasRoom
  }

  drained(): Promise<void> {
    const drained = this.#backPressure.drained()
    if (this.#backPressure.wanted) this.#due.becomeDueNow()
    return drained
  }

  flush(): Promise<void> {
    this.#due.becomeDueNow()
    return this.#lastFlush.upTo(this.#line.groups.newest, this.#batches.lastId, () => {
      return new Promise((resolve) => {
        this.#line.whenLeft(() => {
          this.#due.becomeDueNow()
          resolve(this.#unsettled.settledUpTo(this.#batches.lastId))
        })
      })
    })
  }

  abort(error: KafkaError): void {
    this.#failUnsealed(notSent(error))
  }

  close(): Promise<void> {
    const error = closedError()
    this.#admission.close(error)
    this.#batches.close()
    this.#failUnsealed(error)
    this.#due.stop()
    this.#line.stop()
    this.#backPressure.stop()
    this.#toQueue({ type: 'close' })
    return this.#unsettled.settledUpTo(this.#batches.lastId)
  }

  get pending(): boolean {
    return this.#pending
  }

  unsettled(): number {
    return this.#unsettled.unsettledRecords() + this.#line.groups.waitingRecords
  }

  figures(): FrontFigures {
    const { limit, used } = this.#memory
    return {
      bufferTotalBytes: limit,
      bufferAvailableBytes: limit - used,
      waitingRecords: this.#line.groups.waitingRecords,
      waitingBytes: this.#line.memory.bytes,
      unsettledRecords: this.#unsettled.unsettledRecords(),
      acknowledgedRecords: this.#unsettled.acknowledgedRecords,
      leftInTurn: this.#line.leftInTurn,
      waitingSince: this.#line.groups.since,
      sealedSince: this.#unsettled.sealedSince(),
      unsettledSince: this.#unsettled.since,
    }
  }

  queues(): QueueFigures[] {
    return queueFigures(
      this.#unsettled.all(),
      this.#runtime.now(),
      ({ topic, index }) => this.#topics.get(topic)?.snapshot?.partitions[index]?.leader ?? null,
    )
  }

  onPending(listener: (pending: boolean) => void): void {
    this.#pendingListener = listener
  }

  onForgotten(listener: (topic: string) => void): void {
    this.#topics.onForgotten(listener)
  }

  receive(message: ToFront): void {
    switch (message.type) {
      case 'wanted':
        return this.#wanted(message)
      case 'settled':
        return this.#settle(message)
      case 'released':
        this.#unsettled.release(message.batch, message.buffer)
        return this.#memoryGiven()
      case 'compressed':
        return this.#compressed(message)
      case 'metadata':
        return this.#topics.learn(message)
      case 'idle':
        return this.#topics.letGo(message.topics)
    }
  }

  #compressed({ topic, recordBytes, payloadBytes }: CompressedMessage): void {
    this.#topics.get(topic)?.compression.learn(recordBytes, payloadBytes)
    const { observer } = this.#runtime
    if (observer?.compressed === undefined) return
    observer.compressed({ topic, at: this.#runtime.now(), recordBytes, payloadBytes })
  }

  #wanted({ topic, partition }: WantedMessage): void {
    const known = this.#topics.get(topic)
    if (known !== undefined) this.#batches.wanted(known.partition(partition))
  }

  /** Fails what is open or waits. */
  #failUnsealed(error: KafkaError): void {
    // First, so that what the user appends while others fail goes into a batch of its own.
    const open = this.#batches.takeAll()
    this.#line.failAll(error)
    for (const batch of open) {
      this.#unsettled.settle(batch, failureOf(batch, error), 0, batch.unsettledRecords)
      this.#line.retry(batch.partition)
    }
    this.#memoryGiven()
  }

  #settle(message: SettledMessage): void {
    const batch = this.#unsettled.get(message.batch)
    if (batch === undefined) return
    const settlement = settlementOf(batch, message, this.#restored)
    this.#unsettled.settle(batch, settlement, message.first, message.count)
    this.#line.retry(batch.partition)
    this.#memoryGiven()
  }

  #endTurn(): void {
    this.#due.endTurn(this.#backPressure.wanted)
    this.#batches.tellObserver()
  }

  #opened(batch: FrontBatch): void {
    this.#unsettled.add(batch)
    this.#updatePending()
  }

  #memoryGiven(): void {
    this.#line.advance()
    this.#changed()
  }

  #changed(): void {
    this.#backPressure.fallen()
    this.#updatePending()
  }

  /** What partitions that do not answer keep waiting is bounded by itself, so it stops nobody before it is much. */
  #heldBytes(): number {
    const { bytes, parkedBytes } = this.#line.memory
    return Math.max(this.#memory.used + bytes - parkedBytes, parkedBytes)
  }

  #updatePending(): void {
    const pending = this.#unsettled.unsettled > 0 || this.#line.memory.records > 0
    if (pending === this.#pending) return
    this.#pending = pending
    this.#pendingListener(pending)
  }
}

function closedError(): KafkaError {
  const detail = 'the producer was closed before the record was sent'
  return new KafkaError('PRODUCER_CLOSED', detail, { persisted: 'no' })
}

/** The error of records that were never sealed, so they are surely not in the log. */
function notSent(error: KafkaError): KafkaError {
  if (error.persisted === 'no') return error
  const { cause, topic, partition } = error
  return new KafkaError(error.code, detailOf(error), { cause, topic, partition, persisted: 'no' })
}
