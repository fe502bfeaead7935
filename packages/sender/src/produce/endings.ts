import type { AccumulatorQueue, QueueBatch, RecordError } from '@sluice/accumulator'
import { type ErrorCode, type KafkaError, restoreError } from '@sluice/protocol'
import type { ResolvedSenderOptions } from '../options.js'
import type { Partition } from '../partition/partition.js'
import type { Partitions } from '../partition/partitions.js'
import { hasProbe } from '../partition/queries.js'
import type { SentBatch } from '../partition/sent-batch.js'
import { retryBackoff } from '../retry-backoff.js'
import type { SenderRuntime } from '../runtime.js'
import type { TransactionScope } from '../transactions/transaction-scope.js'
import type { DeliveryDeadlines } from './delivery-deadlines.js'
import { failedBefore, retriesExceeded } from './errors.js'

export interface EndingsDeps {
  readonly queue: AccumulatorQueue
  readonly partitions: Partitions
  readonly scope: TransactionScope
  readonly deadlines: DeliveryDeadlines
  readonly options: ResolvedSenderOptions
  readonly runtime: SenderRuntime
  /** A batch fails without the answer of a broker. Called before its callers hear of it, who may send again at once. */
  rest(): void
}

/** The ways in which an attempt ends: acknowledged, given up, sent again. Each keeps queue, window and deadlines in step. */
export class Endings {
  readonly #deps: EndingsDeps

  constructor(deps: EndingsDeps) {
    this.#deps = deps
  }

  /** The batch is in the log. `isOk`: the broker said so with an OK. */
  acknowledge(sent: SentBatch, baseOffset: bigint, logAppendTime: number, isOk: boolean): void {
    const { queue, partitions } = this.#deps
    partitions.of(sent.batch).written(sent, isOk)
    if (!sent.settled) queue.settle(sent.batch, { error: null, baseOffset, logAppendTime })
    queue.release(sent.batch)
  }

  /** The batch will not be sent again. What is behind it goes on. */
  giveUp(batch: QueueBatch, error: KafkaError, recordErrors: readonly RecordError[] = []): void {
    const { queue, scope } = this.#deps
    // Before the callers hear of it, who may send again at once.
    const told = scope.failed(error)
    // Where they are told something else, that is so of every record.
    queue.settle(batch, { error: told, recordErrors: told === error ? recordErrors : [] })
    queue.release(batch)
    this.forget(batch)
  }

  /** The batch has been settled and released. What is left is its place among the sequences. */
  forget(batch: QueueBatch): void {
    const partition = this.#deps.partitions.of(batch)
    const sent = partition.window.find(batch)
    if (sent === undefined) return
    this.#deps.deadlines.remove(sent)
    partition.giveUp(sent)
    this.#endLostProbe(partition)
    partition.bumpEpochIfDue()
  }

  /** The batch, which is not in flight, fails for a reason that is no answer to it. */
  fail(batch: QueueBatch, reason: KafkaError): void {
    this.#deps.rest()
    const sent = this.#deps.partitions.of(batch).window.find(batch)
    this.giveUp(batch, failedBefore(batch, sent, reason))
  }

  /** The callers hear of it now. The bytes stay until the connection has no more use for them. */
  settleInFlight(sent: SentBatch, error: KafkaError): void {
    sent.settled = true
    this.#deps.queue.settle(sent.batch, { error: this.#deps.scope.failed(error) })
  }

  /** The callers have been told already: only the batch's memory and its sequence are left. */
  giveUpLate(sent: SentBatch): void {
    const { queue, partitions } = this.#deps
    queue.release(sent.batch)
    partitions.of(sent.batch).giveUp(sent)
  }

  /** @returns false where the batch has failed instead, for it was sent as often as `retries` lets it */
  retry(sent: SentBatch, atOnce = false): boolean {
    if (sent.attempts > this.#deps.options.retries) {
      this.giveUp(sent.batch, retriesExceeded(sent))
      return false
    }
    const retryAt = atOnce
      ? this.#deps.runtime.now()
      : this.#backOffEnd(sent.attempts, sent.lastError?.code)
    this.#deps.queue.requeue(sent.batch, retryAt, doubtedEpoch(sent))
    return true
  }

  /** Consecutive sequences of the same producer id and epoch: together the parts are what the batch would have been. */
  split(sent: SentBatch): void {
    const { queue, partitions } = this.#deps
    let from = 0
    const parts = queue.split(sent.batch).map((part) => {
      const sentPart = sent.partOf(part, from)
      from += part.count
      return sentPart
    })
    partitions.of(sent.batch).window.split(sent, parts)
  }

  /**
   * The batch goes again without the records that the broker refuses. Kafka names all of them at once; a broker that names
   * others the next time is given a pause.
   */
  exclude(sent: SentBatch, refused: readonly RecordError[]): void {
    const { queue, partitions, scope } = this.#deps
    const { batch, attempts } = sent
    const error = restoreError(refused[0]!.error)
    // Where the callers are told something else, no record is better than the others.
    if (scope.failed(error) !== error) return this.giveUp(batch, error)
    const retryAt = attempts > 1 ? this.#backOffEnd(attempts - 1) : this.#deps.runtime.now()
    const rest = queue.exclude(batch, refused, retryAt, doubtedEpoch(sent))
    partitions.of(batch).exclude(sent, sent.partOf(rest, 0))
  }

  /** When no batch is left that can be the probe of those that wait for it, they are sent again: their answers decide. */
  #endLostProbe(partition: Partition): void {
    if (!partition.window.isProbing || hasProbe(partition.window)) return
    for (const waiting of this.takeAwaitingProbe(partition)) this.retry(waiting)
  }

  /** In monotonic ms. */
  #backOffEnd(attempts: number, code?: ErrorCode): number {
    const { options, runtime } = this.#deps
    return runtime.now() + retryBackoff(code, attempts - 1, options, runtime)
  }

  /** @returns false where the batch is sent again instead, with those that wait: another leader has rejected them */
  awaitProbe(sent: SentBatch): boolean {
    const { partitions, deadlines } = this.#deps
    const partition = partitions.of(sent.batch)
    if (partition.window.awaitProbe(sent)) {
      deadlines.add(sent)
      return true
    }
    for (const waiting of this.takeAwaitingProbe(partition)) this.retry(waiting)
    this.retry(sent)
    return false
  }

  /** The batches of the partition that awaited a probe, for their next attempt or their end. */
  takeAwaitingProbe({ window }: Partition): SentBatch[] {
    if (!window.isProbing) return []
    const awaiting = window.takeAwaitingProbe()
    for (const sent of awaiting) this.#deps.deadlines.remove(sent)
    return awaiting
  }
}

/**
 * A newer leader than that of this epoch gets the batch without a back-off. Where the batch has followed such news in vain, the
 * next news waits: two brokers that name each other, or a broker that names itself, would get the batch without a pause.
 */
function doubtedEpoch({ attempt, followedNews }: SentBatch): number {
  return followedNews ? Infinity : attempt.leaderEpoch
}
