import type { AccumulatorQueue, QueuedBatch, RecordError } from '@sluice/accumulator'
import type { Answer, ClusterMetadata } from '@sluice/network'
import {
  type ErrorCode,
  exponentialBackoff,
  isRefreshMetadata,
  type KafkaError,
  nextSequence,
  zeroUuid,
} from '@sluice/protocol'
import type { ResolvedSenderOptions } from '../options.js'
import { isStaleIdentity, judge, leavesUnsure } from '../partition/decide.js'
import type { PartitionProgress } from '../partition/partition.js'
import type { Partitions } from '../partition/partitions.js'
import type { GateKey } from '../partition/pipelining.js'
import type { ProducerIdentity } from '../producer-id/producer-id-manager.js'
import type { SenderRuntime } from '../runtime.js'
import type { TopicIncarnations } from '../topics/topic-ids.js'
import type { InFlightBatches } from './delivery-deadlines.js'
import { BatchesAside } from './endings.js'
import { brokerError, refusal, rejection, topicRecreated } from './errors.js'
import type { ProduceResponse } from './request.js'
import { type BatchAnswer, matchAnswers } from './response.js'

/** One Produce request on its way. */
export interface SentRequest {
  readonly node: number
  readonly batches: readonly QueuedBatch[]
  /** Name of each topic id in the request. */
  readonly topicIds: ReadonlyMap<string, string>
  /** By batch id: under which circumstances it was sent. */
  readonly keys: ReadonlyMap<number, GateKey>
  /** Whether its bytes name topics by name. */
  byName: boolean
}

/** What the network says of a request that was not answered. */
type Failure = Extract<Answer<ProduceResponse>, { readonly written: boolean }>

export interface OutcomeParts {
  readonly queue: AccumulatorQueue
  readonly metadata: ClusterMetadata
  readonly partitions: Partitions
  readonly inFlight: InFlightBatches
  readonly identity: ProducerIdentity
  readonly incarnations: TopicIncarnations
  readonly options: ResolvedSenderOptions
  readonly runtime: SenderRuntime
}

/** Turns an answer into the end of each batch, or its next attempt. */
export class Outcomes {
  readonly #parts: OutcomeParts
  readonly #aside: BatchesAside

  constructor(parts: OutcomeParts) {
    this.#parts = parts
    this.#aside = new BatchesAside(parts.inFlight, {
      written: (batch, progress) =>
        this.#acknowledge(without(batch, 'DUPLICATE_SEQUENCE_NUMBER', null), null, progress),
      refused: (batch) =>
        this.giveUp(batch, ...rejection(without(batch, 'OUT_OF_ORDER_SEQUENCE_NUMBER', null))),
      again: (batch) => this.#retry(batch),
    })
  }

  answered(sent: SentRequest, answer: Answer<ProduceResponse>): void {
    if (answer.error !== null) return this.#failedToSend(sent, answer)
    if (answer.response === null) return this.#unacknowledged(sent)
    const { response } = answer
    const { answers, unanswered, foreign } = matchAnswers(response, sent.batches, sent.topicIds)
    for (const one of answers) this.#apply(sent, one)
    for (const batch of unanswered) {
      this.#apply(sent, without(batch, 'MALFORMED_RESPONSE', 'the answer lacks this partition'))
    }
    if (foreign === 0) return
    this.#parts.runtime.logger.warn(
      `Broker ${sent.node} answered for ${foreign} partitions that it was not asked about.`,
    )
  }

  /** The batch will not be sent again. What is behind it goes on. */
  giveUp(batch: QueuedBatch, error: KafkaError, recordErrors: readonly RecordError[] = []): void {
    const { queue, partitions, inFlight } = this.#parts
    const progress = partitions.of(batch)
    inFlight.remove(batch)
    queue.settle(batch, { error, recordErrors })
    queue.release(batch)
    progress.gaveUp(batch)
    this.#startAnewIfDue(progress)
  }

  /** Unresolved batches go on at the new topic, under the next epoch of each partition. */
  recreated(topic: string): void {
    for (const progress of this.#parts.partitions.ofTopic(topic)) {
      this.#aside.askAgain(progress)
      progress.recreated()
      this.#startAnewIfDue(progress)
    }
  }

  #failedToSend(sent: SentRequest, failure: Failure): void {
    for (const batch of sent.batches) {
      if (failure.written) this.#noteUnsure(sent, batch)
      // Nothing has left this machine: as if it had not been tried.
      else batch.attempt.count--
      this.#apply(sent, without(batch, failure.error.code, failure.error.message), failure)
    }
  }

  #unacknowledged(sent: SentRequest): void {
    for (const batch of sent.batches) this.#apply(sent, without(batch, null, null))
  }

  #apply(sent: SentRequest, answer: BatchAnswer, failure: Failure | null = null): void {
    const { batch, code } = answer
    const progress = this.#parts.partitions.of(batch)
    progress.inFlight.delete(batch)
    if (code !== null) this.#note(sent, answer, code, failure)
    if (this.#parts.inFlight.remove(batch)) this.#answeredTooLate(sent, answer, progress)
    else this.#carryOut(sent, answer, failure)
    this.#startAnewIfDue(progress)
  }

  /** What an error says about the batch and the cluster, whatever becomes of the batch. */
  #note(sent: SentRequest, answer: BatchAnswer, code: ErrorCode, failure: Failure | null): void {
    const { batch, message, baseOffset, leader } = answer
    const { metadata, partitions } = this.#parts
    const { attempt } = batch
    partitions.of(batch).closeGate()
    if (failure === null && leavesUnsure(code, baseOffset)) this.#noteUnsure(sent, batch)
    attempt.lastError = failure?.error ?? brokerError(code, message, sent.node)
    if (leader !== null && this.#isOfThisTopic(sent, batch)) metadata.applyLeader(leader)
    if (isRefreshMetadata(code)) metadata.refresh()
  }

  #noteUnsure(sent: SentRequest, batch: QueuedBatch): void {
    const { attempt } = batch
    const isForGone = this.#isForGone(sent, batch)
    const topicId = sent.byName ? zeroUuid : sent.keys.get(batch.id)!.topicId
    if (isForGone && !sent.byName) {
      attempt.oldLogs = [...attempt.oldLogs, topicId]
      return
    }
    attempt.maybeWritten = true
    attempt.unsureTopics = [...new Set(attempt.unsureTopics).add(topicId)]
    if (!sent.byName) return
    const progress = this.#parts.partitions.of(batch)
    // Between the two answers another topic may have got the name, though nobody has told us yet.
    if (isForGone || progress.numbered.isAheadOfUnwritten(batch)) progress.mayBeAhead(batch)
  }

  /**
   * Whether its answer can only mean the topic that the metadata names. The epochs of a deleted one are higher: its
   * leaders would be believed for good, and by name a broker that lags behind still tells them.
   */
  #isOfThisTopic({ byName, keys }: SentRequest, { id, topic }: QueuedBatch): boolean {
    const { incarnations, metadata } = this.#parts
    if (byName) return incarnations.of(topic) === 0
    return metadata.topic(topic)?.id === keys.get(id)!.topicId
  }

  /** Whether it was sent for a topic that is deleted. */
  #isForGone({ keys }: SentRequest, { id, topic }: QueuedBatch): boolean {
    return this.#parts.incarnations.of(topic) > keys.get(id)!.incarnation
  }

  #carryOut(sent: SentRequest, answer: BatchAnswer, failure: Failure | null): void {
    const { batch, code } = answer
    const progress = this.#parts.partitions.of(batch)
    const verdict = judge(code, batch, progress)
    if (verdict !== 'done' && verdict !== 'fail' && this.#mustNotMove(sent, batch))
      return this.giveUp(batch, refusal(batch, topicRecreated(batch.topic)))
    const key = sent.keys.get(batch.id)!
    this.#aside.judge(verdict, key, progress)
    switch (verdict) {
      case 'done':
        return this.#acknowledge(answer, key, progress)
      case 'retry':
        return this.#retry(batch, failure?.written === false)
      case 'renumber':
        progress.refused(batch, isStaleIdentity(code!) ? 'new id' : 'next epoch')
        return this.#retry(batch)
      case 'ask behind':
        return this.#aside.put(batch, key, progress)
      case 'split':
        return this.#split(batch, progress)
      case 'fail':
        return this.#reject(answer, failure)
    }
  }

  #reject(answer: BatchAnswer, failure: Failure | null): void {
    const { batch } = answer
    if (failure === null) this.giveUp(batch, ...rejection(answer))
    else this.giveUp(batch, refusal(batch, failure.error))
  }

  #mustNotMove(sent: SentRequest, batch: QueuedBatch): boolean {
    return this.#parts.options.onTopicRecreated === 'fail' && this.#isForGone(sent, batch)
  }

  #acknowledge(answer: BatchAnswer, key: GateKey | null, progress: PartitionProgress): void {
    const { queue } = this.#parts
    const { batch, code } = answer
    progress.accepted(batch, code === null ? key : null)
    const baseOffset = code === null ? answer.baseOffset : -1n
    // To a repeated batch Kafka answers with its latest timestamp, whoever has set that.
    const logAppendTime = answer.logAppendTime === batch.maxTimestamp ? -1 : answer.logAppendTime
    queue.settle(batch, { error: null, baseOffset, logAppendTime })
    queue.release(batch)
  }

  #retry(batch: QueuedBatch, atOnce = false): void {
    const { retryBackoffMs, retryBackoffMaxMs } = this.#parts.options
    const { now, random } = this.#parts.runtime
    const failed = batch.attempt.count - 1
    const pause = atOnce ? 0 : exponentialBackoff(failed, retryBackoffMs, retryBackoffMaxMs, random)
    this.#parts.queue.requeue(batch, now() + pause)
  }

  /** Consecutive numbers of the same producer id and epoch: the parts are what the batch would have been. */
  #split(batch: QueuedBatch, progress: PartitionProgress): void {
    const parts = this.#parts.queue.split(batch)
    for (const { attempt, first } of parts) {
      Object.assign(attempt, batch.attempt)
      if (attempt.sequence < 0) continue
      attempt.sequence = nextSequence(attempt.sequence, first - batch.first)
    }
    // No broker has written the numbers it had.
    progress.numbered.split(batch, parts)
  }

  /** The callers have been told: only the memory and the number are left. */
  #answeredTooLate(sent: SentRequest, answer: BatchAnswer, progress: PartitionProgress): void {
    const { batch, code } = answer
    const key = sent.keys.get(batch.id)!
    this.#parts.queue.release(batch)
    const isDone = judge(code, batch, progress) === 'done'
    this.#aside.judge(isDone ? 'done' : 'retry', key, progress)
    if (isDone) progress.accepted(batch, code === null ? key : null)
    else progress.gaveUp(batch)
  }

  #startAnewIfDue(progress: PartitionProgress): void {
    if (!progress.mustRestart) return
    const usedId = progress.producerId
    progress.startAnew()
    if (!progress.identified) this.#parts.identity.renew(usedId)
  }
}

function without(batch: QueuedBatch, code: ErrorCode | null, message: string | null): BatchAnswer {
  return {
    batch,
    code,
    message,
    baseOffset: -1n,
    logAppendTime: -1,
    leader: null,
    recordErrors: [],
  }
}
