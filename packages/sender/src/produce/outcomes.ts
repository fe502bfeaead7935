import type { Answer, ClusterMetadata } from '@sluice/network'
import { type ErrorCode, isRefreshMetadata, isRetriable, RepeatedTroubles } from '@sluice/protocol'
import type { Action } from '../observer.js'
import type { ResolvedSenderOptions } from '../options.js'
import { decide, decideLate, type Decision, type ProbeResult } from '../partition/decide.js'
import type { Partition } from '../partition/partition.js'
import type { Partitions } from '../partition/partitions.js'
import type { SentBatch } from '../partition/sent-batch.js'
import type { Epochs } from '../producer-id/epochs.js'
import type { SenderRuntime } from '../runtime.js'
import { topicRecreated } from '../topics/errors.js'
import type { TopicIds } from '../topics/topic-ids.js'
import type { TransactionScope } from '../transactions/transaction-scope.js'
import type { DeliveryDeadlines } from './delivery-deadlines.js'
import type { Endings } from './endings.js'
import { brokerError, refusals, rejection } from './errors.js'
import type { ProduceResponse, SentRequest } from './request.js'
import { bareAnswer, type BatchAnswer, batchAnswers } from './response.js'

/** After these answers of a broker it is not known whether the records were written. */
const withoutProof: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'REQUEST_TIMED_OUT',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'NETWORK_EXCEPTION',
  'MALFORMED_RESPONSE',
  'UNKNOWN_SERVER_ERROR',
])

export interface OutcomesDeps {
  readonly metadata: ClusterMetadata
  readonly partitions: Partitions
  readonly epochs: Epochs
  readonly scope: TransactionScope
  readonly deadlines: DeliveryDeadlines
  readonly endings: Endings
  readonly topicIds: TopicIds
  readonly options: ResolvedSenderOptions
  readonly runtime: SenderRuntime
}

/** Notes what an answer tells, has `decide` judge it, and carries the decision out. */
export class Outcomes {
  readonly #deps: OutcomesDeps
  /** A broker that answers so does it with each answer. */
  readonly #foreign = new RepeatedTroubles()

  constructor(deps: OutcomesDeps) {
    this.#deps = deps
  }

  answered(request: SentRequest, answer: Answer<ProduceResponse>): void {
    const { answers, foreign } = batchAnswers(request, answer)
    for (const one of answers) this.#apply(request, one)
    if (foreign > 0) this.#tellForeign(request.node, foreign)
  }

  #tellForeign(node: number, foreign: number): void {
    const { now, logger } = this.#deps.runtime
    const trouble = `Broker ${node} answered for ${foreign} partitions that it was not asked about.`
    const told = this.#foreign.again(trouble, now())
    if (told !== null) logger.warn(told)
  }

  /** The topic is another one: its batches go on there, under the next epoch of each partition. */
  recreated(topic: string): void {
    const { partitions, scope, topicIds, endings } = this.#deps
    scope.recreated(topic)
    for (const partition of partitions.ofTopic(topic)) {
      for (const sent of endings.takeAwaitingProbe(partition)) endings.retry(sent)
      partition.recreated(topicIds.recreations(topic))
      partition.bumpEpochIfDue()
    }
  }

  #apply(request: SentRequest, answer: BatchAnswer): void {
    const { partitions, deadlines, epochs } = this.#deps
    const { sent, code } = answer
    const partition = partitions.of(sent.batch)
    const { window } = partition
    const { attempts } = sent
    deadlines.remove(sent)
    window.answered(sent)
    if (answer.failure === null) this.#tellLeader(answer)
    if (code !== null) this.#note(request, answer, code, partition)
    const decision = sent.settled ? decideLate(window, sent, code) : decide(window, answer, epochs)
    const action = sent.settled
      ? this.#carryOutLate(answer, partition, decision)
      : this.#carryOut(answer, partition, decision)
    partition.bumpEpochIfDue()
    this.#observe(answer, attempts, action)
  }

  #observe({ sent, code }: BatchAnswer, attempts: number, action: Action): void {
    const { observer } = this.#deps.runtime
    if (observer === undefined) return
    if (action !== 'acknowledge' && action !== 'fail') {
      const { topic, partition, count: records } = sent.batch
      observer.retry?.({ topic, partition, records, errorCode: code, action })
    }
    if (observer.batch !== undefined) this.#observeBatch(sent, code, attempts, action)
  }

  #observeBatch(
    { batch, attempt }: SentBatch,
    errorCode: ErrorCode | null,
    attempts: number,
    action: Action,
  ): void {
    const { observer, now } = this.#deps.runtime
    const { topic, partition, count: records, payload } = batch
    observer!.batch!({
      topic,
      partition,
      node: attempt.node,
      records,
      bytes: payload.byteLength,
      attempts,
      durationMs: now() - attempt.at,
      errorCode,
      action,
    })
  }

  /** What an error says of the batch and the cluster, whatever becomes of the batch. */
  #note(request: SentRequest, answer: BatchAnswer, code: ErrorCode, partition: Partition): void {
    const { sent, message, leader, failure } = answer
    const { metadata } = this.#deps
    partition.closeGate()
    if (isWithoutProof(answer, code))
      partition.window.noteUnresolved(sent, request.byName, this.#isForPreviousTopic(sent))
    // Nothing has left this machine: this was no attempt.
    if (failure?.written === false) sent.attempts--
    sent.lastError = failure?.error ?? brokerError(code, message, request.node)
    if (leader !== null && this.#isOfThisTopic(request, sent)) metadata.applyLeader(leader)
    if (isRefreshMetadata(code)) metadata.refresh()
  }

  /** The metadata hears whether the leader that it believes in does lead. */
  #tellLeader({ sent: { batch, attempt }, code }: BatchAnswer): void {
    const { topic, partition } = batch
    const leader = { node: attempt.node, epoch: attempt.leaderEpoch }
    this.#deps.metadata.leaderAnswered?.(topic, partition, leader, code)
  }

  /** Whether the batch was sent for a topic that is deleted. */
  #isForPreviousTopic({ batch, attempt }: SentBatch): boolean {
    return this.#deps.topicIds.recreations(batch.topic) > attempt.recreations
  }

  /**
   * Whether the answer can only mean the topic that the metadata names. The leader epochs of a deleted topic are higher: its
   * leaders would be believed for good, and by name a broker that lags behind still tells them.
   */
  #isOfThisTopic({ byName }: SentRequest, { batch: { topic }, attempt }: SentBatch): boolean {
    const { topicIds, metadata } = this.#deps
    if (byName) return topicIds.recreations(topic) === 0
    // Asked for each hint of an answer: the whole topic would be copied for each.
    const id = metadata.topicId?.(topic) ?? metadata.topic(topic)?.id
    return id === attempt.topicId
  }

  /** @returns the action that was taken */
  #carryOut(answer: BatchAnswer, partition: Partition, decision: Decision): Action {
    const { endings } = this.#deps
    const { sent } = answer
    if (this.#mustNotMove(sent, decision.action)) {
      endings.fail(sent.batch, topicRecreated(sent.batch.topic))
      return 'fail'
    }
    this.#endProbe(sent, decision.awaitingProbe)
    return this.#act(answer, partition, decision)
  }

  #act(answer: BatchAnswer, partition: Partition, { action, epochBump }: Decision): Action {
    const { endings } = this.#deps
    const { sent, failure } = answer
    if (action === 'acknowledge') this.#acknowledge(answer)
    else if (action === 'fail') this.#reject(answer)
    else if (action === 'split') endings.split(sent)
    else if (action === 'exclude') endings.exclude(sent, refusals(answer))
    else if (action === 'awaitProbe') return endings.awaitProbe(sent) ? action : 'retry'
    else {
      if (action === 'resequence') partition.rejectSequence(epochBump!)
      if (!endings.retry(sent, failure?.written === false)) return 'fail'
    }
    return action
  }

  #carryOutLate(answer: BatchAnswer, partition: Partition, decision: Decision): Action {
    const { sent } = answer
    this.#endProbe(sent, decision.awaitingProbe)
    if (decision.action === 'acknowledge') this.#acknowledge(answer)
    else this.#deps.endings.giveUpLate(sent)
    return decision.action
  }

  /** With `onTopicRecreated: 'fail'` a batch for a topic that is deleted is not sent again. */
  #mustNotMove(sent: SentBatch, action: Action): boolean {
    const isSentAgain = action !== 'acknowledge' && action !== 'fail'
    const { onTopicRecreated } = this.#deps.options
    return isSentAgain && onTopicRecreated === 'fail' && this.#isForPreviousTopic(sent)
  }

  #acknowledge({ sent, code, baseOffset, logAppendTime }: BatchAnswer): void {
    const { endings } = this.#deps
    if (code !== null) return endings.acknowledge(sent, -1n, -1, false)
    // Of a batch that is in the log already, Kafka answers with the latest timestamp in it, though the producer has set that.
    const isBatchTime = sent.isPossiblyWritten && logAppendTime === sent.batch.maxTimestamp
    endings.acknowledge(sent, baseOffset, isBatchTime ? -1 : logAppendTime, true)
  }

  #reject(answer: BatchAnswer): void {
    const { batch } = answer.sent
    const { failure } = answer
    if (failure === null) this.#deps.endings.giveUp(batch, ...rejection(answer))
    else this.#deps.endings.fail(batch, failure.error)
  }

  /**
   * What the answer to this batch means for the batches before it that await a probe. They wait only while an open batch may be
   * in the log, this one or another one, so no end of theirs bumps the epoch before this batch has got its own.
   */
  #endProbe({ batch }: SentBatch, result: ProbeResult): void {
    const { endings } = this.#deps
    if (result === 'keep') return
    for (const waiting of endings.takeAwaitingProbe(this.#deps.partitions.of(batch))) {
      if (result === 'retry') endings.retry(waiting)
      else if (result === 'acknowledge') endings.acknowledge(waiting, -1n, -1, false)
      else endings.giveUp(waiting.batch, ...rejection(outOfOrder(waiting)))
    }
  }
}

/**
 * With an offset a broker's error came after its append: it lost the leadership, say, while it waited for the replicas
 * (Kafka's `DelayedProduce`), and one of them may lead now.
 */
function isWithoutProof({ failure, baseOffset }: BatchAnswer, code: ErrorCode): boolean {
  if (failure !== null) return failure.written
  return withoutProof.has(code) || (baseOffset >= 0n && isRetriable(code))
}

function outOfOrder(sent: SentBatch): BatchAnswer {
  return bareAnswer(sent, 'OUT_OF_ORDER_SEQUENCE_NUMBER', null)
}
