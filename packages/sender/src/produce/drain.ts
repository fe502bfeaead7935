import type { AccumulatorQueue, QueueBatch } from '@sluice/accumulator'
import type { NetworkClient } from '@sluice/network'
import { type KafkaError, type TopicPartition, zeroUuid } from '@sluice/protocol'
import type { ResolvedSenderOptions } from '../options.js'
import type { Attempt } from '../partition/attempt.js'
import type { Partition } from '../partition/partition.js'
import type { Partitions } from '../partition/partitions.js'
import type { SentBatch } from '../partition/sent-batch.js'
import type { Epochs, ProducerIdAndEpoch } from '../producer-id/epochs.js'
import type { SenderRuntime } from '../runtime.js'
import type { RecreatedTopics } from '../topics/recreated-topics.js'
import type { TopicIds } from '../topics/topic-ids.js'
import type { TransactionScope } from '../transactions/transaction-scope.js'
import type { DeliveryDeadlines } from './delivery-deadlines.js'
import type { Endings } from './endings.js'
import { observeProduce, observeProduced } from './observe-produce.js'
import type { OldLeaders } from './old-leaders.js'
import type { Outcomes } from './outcomes.js'
import { produceRequest, type SentRequest } from './request.js'

/**
 * With so many requests unanswered a broker is busy: batches that are due only because a turn ended go on filling.
 * Measured with 1, 2, 3 and 5: two let 50 tasks that await single sends through half as fast again as one, at half
 * the latency; a thousand tasks, one task and 50 000 records a second do the same with each, within the noise.
 */
const busyFrom = 2

export interface DrainDeps {
  readonly queue: AccumulatorQueue
  readonly network: NetworkClient
  readonly partitions: Partitions
  readonly epochs: Epochs
  readonly scope: TransactionScope
  readonly topicIds: TopicIds
  readonly recreatedTopics: RecreatedTopics
  readonly oldLeaders: OldLeaders
  readonly deadlines: DeliveryDeadlines
  readonly endings: Endings
  readonly outcomes: Outcomes
  readonly options: ResolvedSenderOptions
  readonly runtime: Pick<SenderRuntime, 'observer' | 'now'>
}

/** Takes from the queue what a broker can get now, and sends it in Produce requests. */
export class Drain {
  readonly #deps: DrainDeps
  readonly #wake: () => void
  #requests = 0

  /** `wake`: there may be more to do. */
  constructor(deps: DrainDeps, wake: () => void) {
    this.#deps = deps
    this.#wake = wake
  }

  /** Requests for this node until it takes no more or there is nothing more for it. `at` is the time, in monotonic ms. */
  serve(node: number, at: number): void {
    const { queue, network, options } = this.#deps
    while (network.ready(node)) {
      const batches = queue.drain(node, {
        maxBytes: options.maxRequestBytes,
        busy: network.inFlight(node) >= busyFrom,
        mayDrain: (topic, partition, head) => this.#mayDrain({ topic, partition }, head, node, at),
      })
      if (batches.length === 0) return
      this.#sendOrFail(batches, node, at)
    }
  }

  /** Fails at once what is queued for this node, instead of at its deadline, where it cannot be sent for this reason. */
  fail(node: number, reason: KafkaError, concerns: (partition: TopicPartition) => boolean): void {
    const { queue, endings } = this.#deps
    const mayDrain = (topic: string, partition: number): boolean => concerns({ topic, partition })
    const all: QueueBatch[] = []
    for (;;) {
      const batches = queue.drain(node, { maxBytes: Infinity, busy: false, mayDrain })
      if (batches.length === 0) break
      for (const batch of batches) all.push(batch)
    }
    // Not before all are taken: what a caller sends again at once would be taken, too, and so on for ever.
    for (const batch of all.sort((a, b) => (a.isBefore(b) ? -1 : 1))) endings.fail(batch, reason)
    // A batch that waited for the answer to one of them is in the queue again.
    if (all.length > 0) this.#wake()
  }

  #sendOrFail(batches: readonly QueueBatch[], node: number, at: number): void {
    const { recreatedTopics } = this.#deps
    const returned = recreatedTopics.returned(batches)
    const sendable = returned.size === 0 ? batches : batches.filter((batch) => !returned.has(batch))
    if (sendable.length > 0) this.#send(node, this.#prepare(sendable, node, at))
    if (returned.size === 0) return
    // Last: a failure may use up the producer id for which the other batches were drained.
    recreatedTopics.failReturned(returned)
    // When the batches behind those that failed may go, `ready` has not told.
    this.#wake()
  }

  #mayDrain(of: TopicPartition, head: QueueBatch | null, node: number, at: number): boolean {
    if (!this.#deps.scope.admits(of)) return false
    const partition = this.#deps.partitions.of(of)
    partition.beginAnewIfDue()
    if (this.#producerOf(partition, at) === null) return false
    return partition.isIdle || partition.mayDrainBehind(head, this.#attempt(of, node, at))
  }

  /** Asked for each batch, since a failure in the same run may have used up the id with which partitions begin. */
  #producerOf({ producer }: Partition, at: number): ProducerIdAndEpoch | null {
    return producer ?? this.#deps.epochs.initial(at, 'none')
  }

  #prepare(batches: readonly QueueBatch[], node: number, at: number): SentBatch[] {
    const { partitions, deadlines, scope } = this.#deps
    return batches.map((batch) => {
      scope.sent(batch)
      const partition = partitions.of(batch)
      const producer = this.#producerOf(partition, at)
      const sent = partition.send(batch, this.#attempt(batch, node, at), producer)
      deadlines.add(sent)
      return sent
    })
  }

  #send(node: number, batches: readonly SentBatch[]): void {
    const { network, options, scope, oldLeaders, outcomes, runtime } = this.#deps
    const topicNames = new Map(batches.map(({ batch, attempt }) => [attempt.topicId, batch.topic]))
    const request: SentRequest = { node, batches, topicNames, byName: true }
    const acks = options.acks === 'all' ? -1 : options.acks
    oldLeaders.sent(request)
    const id = ++this.#requests
    observeProduce(runtime, request, id)
    network.send(node, produceRequest(request, acks, options.requestTimeoutMs, scope), (answer) => {
      observeProduced(runtime, request, id, answer)
      oldLeaders.answered(request)
      outcomes.answered(request, answer)
      this.#wake()
    })
  }

  #attempt({ topic, partition }: TopicPartition, node: number, at: number): Attempt {
    const { network, topicIds } = this.#deps
    return {
      at,
      node,
      connection: network.connectionId(node),
      leaderEpoch: network.metadata.leader(topic, partition)?.epoch ?? -1,
      topicId: network.metadata.topic(topic)?.id ?? zeroUuid,
      recreations: topicIds.recreations(topic),
    }
  }
}
