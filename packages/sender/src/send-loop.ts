import type { AccumulatorQueue, LeaderOf, QueueBatch, Readiness } from '@sluice/accumulator'
import type { NetworkClient } from '@sluice/network'
import { inMicrotask, type KafkaError } from '@sluice/protocol'
import type { ResolvedSenderOptions } from './options.js'
import { Partitions } from './partition/partitions.js'
import type { SentBatch } from './partition/sent-batch.js'
import { DeliveryDeadlines } from './produce/delivery-deadlines.js'
import { Drain } from './produce/drain.js'
import { Endings } from './produce/endings.js'
import { closedEarly, codecFailed, deliveryTimeout, producerClosed } from './produce/errors.js'
import { OldLeaders } from './produce/old-leaders.js'
import { Outcomes } from './produce/outcomes.js'
import { Troubles } from './produce/troubles.js'
import { type Epochs, noEpochs } from './producer-id/epochs.js'
import { IdempotentEpochs } from './producer-id/idempotent-epochs.js'
import { ProducerIdManager } from './producer-id/producer-id-manager.js'
import type { SenderRuntime } from './runtime.js'
import type { SenderStages } from './sender.js'
import { TopicMetadataFeed } from './topics/metadata-feed.js'
import { RecreatedTopics } from './topics/recreated-topics.js'
import { TopicIds } from './topics/topic-ids.js'
import type { LoopOfTransactions, TransactionParts } from './transactions/make-transactions.js'
import { noTransactions, type TransactionScope } from './transactions/transaction-scope.js'
import type { Transactions } from './transactions/transactions.js'
import { WakeTimer } from './wake-timer.js'

/** Makes what belongs to the transactions of one send loop. */
export type MakeTransactions = (
  network: NetworkClient,
  loop: LoopOfTransactions,
) => TransactionParts

/** ready → drain → one Produce request for each broker, whenever something has changed or a moment has come. */
export class SendLoop {
  /** Null for a sender without a transactional id. */
  readonly transactions: Transactions | null
  readonly #queue: AccumulatorQueue
  readonly #network: NetworkClient
  readonly #runtime: SenderRuntime
  readonly #partitions: Partitions
  readonly #epochs: Epochs
  readonly #scope: TransactionScope
  readonly #deadlines = new DeliveryDeadlines()
  readonly #feed: TopicMetadataFeed
  readonly #recreatedTopics: RecreatedTopics
  readonly #oldLeaders: OldLeaders
  readonly #endings: Endings
  readonly #drain: Drain
  readonly #timer: WakeTimer
  /** Refused topics for which batches are queued. */
  readonly #refused = new Set<string>()
  readonly #leaderOf: LeaderOf = (topic, partition) => {
    const leader = this.#network.metadata.leader(topic, partition)
    if (leader === null && this.#feed.isRefused(topic)) this.#refused.add(topic)
    return leader
  }
  #awake = false
  /**
   * Whether batches have failed since the last run without the answer of a broker. Their callers may send again at once, and
   * fail again at once: without a pause no timer would fire and no socket be read any more.
   */
  #resting = false

  /** @param makeTransactions - null for a sender without a transactional id */
  constructor(
    stages: SenderStages,
    options: ResolvedSenderOptions,
    runtime: SenderRuntime,
    makeTransactions: MakeTransactions | null,
  ) {
    const { queue, network } = stages
    const wake = (): void => this.wake()
    const topicIds = new TopicIds()
    const deadlines = this.#deadlines
    const transactions = makeTransactions?.(network, {
      wake,
      hasInFlight: () => deadlines.hasInFlight,
      failQueued: (error) => this.#failQueued(error),
      turn: () => new Promise((resolve) => void runtime.setImmediate(resolve)),
    })
    const scope = transactions?.manager ?? noTransactions
    const epochs = transactions?.epochs ?? epochsOf(network, options, runtime, wake)
    const partitions = new Partitions(epochs, options.allowReordering)
    const oldLeaders = new OldLeaders(network, topicIds)
    const rest = (): void => {
      this.#resting = true
    }
    const endings = new Endings({ queue, partitions, scope, deadlines, options, runtime, rest })
    const { metadata } = network
    const shared = { queue, metadata, partitions, epochs, topicIds, options, runtime }
    const outcomes = new Outcomes({ ...shared, scope, deadlines, endings })
    const recreatedTopics = new RecreatedTopics(shared, {
      recreated: (topic) => outcomes.recreated(topic),
      failed: (batch, reason) => endings.fail(batch, reason),
    })
    this.#feed = new TopicMetadataFeed(queue, network, topicIds, {
      recreated: (topic) => recreatedTopics.recreated(topic),
      gone: (topic) => partitions.forget(topic),
    })
    const around = { deadlines, endings, outcomes, oldLeaders, recreatedTopics }
    const deps = { ...shared, ...around, scope, network }
    this.#drain = new Drain(deps, wake)
    this.#timer = new WakeTimer(runtime, wake)
    this.#queue = queue
    this.#network = network
    this.#runtime = runtime
    this.#partitions = partitions
    this.#epochs = epochs
    this.#scope = scope
    this.transactions = transactions?.manager ?? null
    this.#recreatedTopics = recreatedTopics
    this.#oldLeaders = oldLeaders
    this.#endings = endings
  }

  begin(): void {
    this.#queue.onWork(() => this.wake())
    this.#network.onChange(() => this.wake())
    this.wake()
  }

  /** Runs at the end of this task, or in the next turn: everything that happens until then is looked at once. */
  wake(): void {
    if (this.#awake) return
    this.#awake = true
    const run = (): void => {
      this.#awake = false
      this.#run()
    }
    if (this.#resting) this.#runtime.setImmediate(run)
    else inMicrotask(run)
  }

  #run(): void {
    this.#resting = false
    if (this.#queue.closed) return this.#end()
    const now = this.#runtime.now()
    this.#feed.run(now)
    this.#oldLeaders.look()
    this.#scope.look()
    for (const batch of this.#queue.takeDiscarded()) {
      this.#resting = true
      this.#scope.failed(codecFailed(batch))
      this.#endings.forget(batch)
    }
    this.#failLate()
    const readiness = this.#ready(now)
    if (readiness.hasUnknownLeaders) {
      this.#network.metadata.refresh()
      this.#recreatedTopics.failLostPartitions()
    }
    this.#serveAll(now, readiness)
    this.#scope.enrol()
    this.#network.poll()
    this.#sleep(now, readiness)
  }

  #failLate(): void {
    const { readUpTo } = this.#timer
    const late = this.#deadlines.late(readUpTo).map(({ batch }) => batch)
    this.#failAll([...late, ...this.#queue.take({ expiredAt: readUpTo })], deliveryTimeout)
  }

  /**
   * What is queued for a topic that the cluster refuses fails at once, not at its deadline. A refused topic has no leader, so
   * it shows when the queue asks for that, and no run looks through all refused topics.
   */
  #ready(now: number): Readiness {
    this.#refused.clear()
    const readiness = this.#queue.ready(now, this.#leaderOf)
    if (this.#refused.size === 0) return readiness
    for (const topic of this.#refused)
      for (const batch of this.#queue.take({ topic })) {
        this.#endings.fail(batch, this.#feed.refusalOf(topic))
        // A batch that waited for the answer to this batch is in the queue again.
        this.wake()
      }
    return this.#queue.ready(now, this.#leaderOf)
  }

  #serveAll(now: number, { nodes }: Readiness): void {
    // Before there is any topic no batch needs a producer id, nor the connection that it takes to get one.
    const need = nodes.size > 0 ? 'now' : this.#feed.idle ? 'none' : 'soon'
    this.#epochs.initial(now, need)
    const noProducerId = this.#epochs.takeRefusal()
    for (const node of nodes) {
      if (noProducerId !== null)
        this.#drain.fail(node, noProducerId, (one) => this.#partitions.of(one).producer === null)
      this.#drain.serve(node, now)
      const unusable = this.#network.authenticationFailure?.(node) ?? null
      if (unusable !== null) this.#drain.fail(node, unusable, () => true)
    }
  }

  /** In the order of append, which is that of each partition, whether the batches are queued or in flight. */
  #failAll(
    batches: QueueBatch[],
    errorOf: (
      batch: QueueBatch,
      sent: SentBatch | undefined,
      trouble: KafkaError | null,
    ) => KafkaError,
  ): void {
    if (batches.length === 0) return
    const ofCluster = this.#network.metadata.lastError ?? this.#epochs.lastError
    const troubles = new Troubles(this.#network)
    for (const batch of batches.sort((a, b) => (a.isBefore(b) ? -1 : 1))) {
      const sent = this.#partitions.of(batch).window.find(batch)
      const untried = (sent?.attempts ?? 0) === 0
      const trouble = troubles.of(batch) ?? (untried ? ofCluster : null)
      const error = errorOf(batch, sent, trouble)
      if (sent?.fate === 'inFlight') this.#endings.settleInFlight(sent, error)
      else this.#endings.giveUp(batch, error)
    }
  }

  /** The producer is closed and its time is over: everything left fails. */
  #end(): void {
    this.#timer.stop()
    const sent = this.#deadlines.late(Infinity).map(({ batch }) => batch)
    this.#failAll([...sent, ...this.#queue.take({})], closedEarly)
    this.#scope.close(producerClosed())
  }

  /**
   * Once: a failure gives memory back, for which further records may wait, and has a batch that awaited the answer in the queue
   * again. Callers who send again at each failure would be failed for ever, and no socket be read.
   * @returns whether there was any
   */
  #failQueued(error: KafkaError): boolean {
    const batches = this.#queue.take({ withOpen: true })
    for (const batch of batches) this.#endings.fail(batch, error)
    return batches.length > 0
  }

  #sleep(now: number, { nextAt, nodes }: Readiness): void {
    const producerIdAt = nodes.size > 0 ? this.#epochs.retryAt(now) : Infinity
    this.#timer.wakeAt(Math.min(nextAt, this.#deadlines.next, producerIdAt), now)
  }
}

function epochsOf(
  network: NetworkClient,
  options: ResolvedSenderOptions,
  runtime: SenderRuntime,
  wake: () => void,
): Epochs {
  if (!options.idempotent) return noEpochs
  return new IdempotentEpochs(new ProducerIdManager(network, options, runtime, wake))
}
