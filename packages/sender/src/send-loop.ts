import type { AccumulatorQueue, LeaderOf, QueuedBatch, Readiness } from '@sluice/accumulator'
import type { NetworkClient } from '@sluice/network'
import { type KafkaError, type TopicPartition, zeroUuid } from '@sluice/protocol'
import { inOrderOfAppend } from './batch-order.js'
import type { ResolvedSenderOptions } from './options.js'
import { Partitions } from './partition/partitions.js'
import type { GateKey } from './partition/pipelining.js'
import { InFlightBatches } from './produce/delivery-deadlines.js'
import { closedEarly, deliveryTimeout, refusal } from './produce/errors.js'
import { SupersededLeaders } from './produce/old-leaders.js'
import { Outcomes, type SentRequest } from './produce/outcomes.js'
import { produceRequest } from './produce/request.js'
import { type ProducerIdAndEpoch, ProducerIdentity } from './producer-id/producer-id-manager.js'
import type { SenderRuntime } from './runtime.js'
import type { SenderStages } from './sender.js'
import { MetadataRelay } from './topics/metadata-feed.js'
import { LostTopics } from './topics/recreated-topics.js'
import { TopicIncarnations } from './topics/topic-ids.js'

/**
 * With so many requests unanswered a broker is busy: batches that are due only because a turn ended go on filling.
 * Measured with 1, 2, 3 and 5: two let 50 tasks that await single sends through half as fast again as one, at half
 * the latency; a thousand tasks, one task and 50 000 records a second do the same with each, within the noise.
 */
const busyFrom = 2
/** What a timer can hold; waking once in 24 days for nothing does no harm. */
const maxTimeoutMs = 2_147_483_647

/** ready → drain → one Produce request a broker, whenever something has changed or a moment has come. */
export class SendLoop {
  readonly #queue: AccumulatorQueue
  readonly #network: NetworkClient
  readonly #options: ResolvedSenderOptions
  readonly #runtime: SenderRuntime
  readonly #partitions: Partitions
  readonly #inFlight = new InFlightBatches()
  readonly #identity: ProducerIdentity
  readonly #incarnations: TopicIncarnations
  readonly #lost: LostTopics
  readonly #relay: MetadataRelay
  readonly #superseded: SupersededLeaders
  readonly #outcomes: Outcomes
  readonly #leaderOf: LeaderOf = (topic, partition) => this.#lost.leaderOf(topic, partition)
  readonly #topicId = (topic: string): string => this.#network.metadata.topic(topic)?.id ?? zeroUuid
  #awake = false
  /** Of this run. */
  #now = -Infinity
  #timer: unknown = null
  /** When the timer is due; Infinity while none is set. */
  #timerAt = Infinity
  /** All that had arrived by then has been read: only deadlines before it have passed. */
  #readUpTo = -Infinity

  constructor(
    { queue, network }: SenderStages,
    options: ResolvedSenderOptions,
    runtime: SenderRuntime,
  ) {
    this.#queue = queue
    this.#network = network
    this.#options = options
    this.#runtime = runtime
    this.#identity = new ProducerIdentity(network, options, runtime, () => this.wake())
    this.#partitions = new Partitions(options.allowReordering)
    const { metadata } = network
    const incarnations = new TopicIncarnations(metadata)
    this.#incarnations = incarnations
    this.#relay = new MetadataRelay(queue, network, incarnations)
    this.#superseded = new SupersededLeaders(network, incarnations)
    const parts = { queue, metadata, incarnations, options, runtime }
    this.#outcomes = new Outcomes({
      ...parts,
      partitions: this.#partitions,
      inFlight: this.#inFlight,
      identity: this.#identity,
    })
    this.#lost = new LostTopics({ ...parts, relay: this.#relay, outcomes: this.#outcomes })
  }

  /** Runs at the end of this task: all that happens in it is looked at once. */
  wake(): void {
    if (this.#awake) return
    this.#awake = true
    queueMicrotask(() => {
      this.#awake = false
      this.#run()
    })
  }

  #run(): void {
    if (this.#queue.closed) return this.#end()
    const now = (this.#now = this.#runtime.now())
    this.#relay.run()
    this.#superseded.look()
    this.#failLate()
    this.#lost.look()
    const readiness = this.#queue.ready(now, this.#leaderOf)
    if (readiness.leaderless) {
      this.#network.metadata.refresh()
      this.#lost.failGone()
    }
    this.#serveAll(now, readiness)
    this.#network.poll()
    this.#sleep(now, readiness)
  }

  /**
   * When the event loop was blocked, the answer to what seems late may wait in a socket. So the time counts that a
   * timer has seen, and only after the sockets were read once more.
   */
  #failLate(): void {
    const upTo = this.#readUpTo
    const late = [...this.#inFlight.abandonLate(upTo), ...this.#queue.takeExpired(upTo)]
    const trouble = this.#network.metadata.lastError ?? this.#identity.lastError
    this.#failAll(late, (batch, inFlight) => deliveryTimeout(batch, inFlight, trouble))
  }

  #serveAll(now: number, { nodes }: Readiness): void {
    // Before there is any topic nobody needs an id, nor the connection it takes to get one.
    const need = nodes.size > 0 ? 'now' : this.#relay.idle ? 'none' : 'soon'
    const given = this.#identity.get(now, need)
    const no = this.#identity.takeRefusal()
    for (const node of nodes) {
      if (no !== null) this.#refuse(node, no, (one) => !this.#partitions.of(one).identified)
      this.#serve(node, given)
      const shut = this.#network.refusal?.(node) ?? null
      if (shut !== null) this.#refuse(node, shut, () => true)
    }
  }

  /** Requests for this node until it takes no more or there is nothing more for it. */
  #serve(node: number, given: ProducerIdAndEpoch | null): void {
    while (this.#network.ready(node)) {
      const batches = this.#queue.drain(node, {
        maxBytes: this.#options.maxRequestBytes,
        busy: this.#network.inFlight(node) >= busyFrom,
        mayDrain: (topic, partition, head) => {
          const progress = this.#partitions.of({ topic, partition })
          if (given === null && !progress.identified) return false
          return progress.mayGo(head, this.#keyOf(node, topic, partition))
        },
      })
      if (batches.length === 0) return
      const sendable = this.#lost.withoutReturned(batches)
      // When those behind them may go, `ready` has not told.
      if (sendable.length < batches.length) this.wake()
      if (sendable.length > 0) this.#send(node, sendable, given)
    }
  }

  /** What cannot be sent, without a producer id or to a broker that lets us not in, fails at once, not at its deadline. */
  #refuse(node: number, no: KafkaError, concerns: (partition: TopicPartition) => boolean): void {
    const limits = {
      maxBytes: Infinity,
      busy: false,
      mayDrain: (topic: string, partition: number) => concerns({ topic, partition }),
    }
    for (;;) {
      const batches = this.#queue.drain(node, limits)
      if (batches.length === 0) return
      this.#failAll(batches, (batch) => refusal(batch, no))
      this.wake()
    }
  }

  #send(node: number, batches: readonly QueuedBatch[], given: ProducerIdAndEpoch | null): void {
    const keys = new Map(batches.map((batch) => [batch.id, this.#prepare(batch, node, given)]))
    const topicIds = new Map(batches.map(({ topic }) => [this.#topicId(topic), topic]))
    const sent: SentRequest = { node, batches, keys, topicIds, byName: true }
    const { acks, requestTimeoutMs: timeoutMs } = this.#options
    const request = produceRequest(batches, {
      acks: acks === 'all' ? -1 : acks,
      timeoutMs,
      topicId: this.#topicId,
      built: (byName) => void (sent.byName = byName),
    })
    this.#superseded.sent(sent)
    this.#network.send(node, request, (answer) => {
      this.#superseded.answered(sent)
      this.#outcomes.answered(sent, answer)
      this.wake()
    })
  }

  #prepare(batch: QueuedBatch, node: number, given: ProducerIdAndEpoch | null): GateKey {
    const { attempt, topic, partition } = batch
    const progress = this.#partitions.of(batch)
    const key = this.#keyOf(node, topic, partition)
    // Null only where the partition has an id of its own: another one waits for a new id.
    if (this.#options.idempotent) progress.number(batch, given ?? progress.identity)
    progress.sent(batch, key)
    this.#inFlight.add(batch)
    attempt.count++
    attempt.leaderEpoch = key.leaderEpoch
    attempt.node = node
    return key
  }

  /** In the order of appending, which is that of each partition, whether they are queued or in flight. */
  #failAll(
    batches: QueuedBatch[],
    errorOf: (batch: QueuedBatch, inFlight: boolean) => KafkaError,
  ): void {
    for (const batch of batches.sort(inOrderOfAppend)) {
      // The caller hears of it now; the bytes stay until the connection lets go of them.
      if (this.#partitions.of(batch).inFlight.has(batch))
        this.#queue.settle(batch, { error: errorOf(batch, true) })
      else this.#outcomes.giveUp(batch, errorOf(batch, false))
    }
  }

  /** The producer is closed and its time is over: everything left fails. */
  #end(): void {
    this.#runtime.clearTimeout(this.#timer)
    this.#timerAt = Infinity
    this.#failAll([...this.#inFlight.abandonAll(), ...this.#queue.takeAll()], closedEarly)
  }

  #sleep(now: number, { nextAt, nodes }: Readiness): void {
    const idAt = nodes.size > 0 ? this.#identity.retryAfter(now) : Infinity
    const at = Math.min(nextAt, this.#inFlight.deadline, idAt)
    // One that is due earlier wakes once for nothing. Set again with each run, it might never come due.
    if (at >= this.#timerAt) return
    this.#runtime.clearTimeout(this.#timer)
    this.#timerAt = at
    // Rounded up: woken a fraction early, it would only have to sleep again.
    const ms = Math.min(Math.max(0, Math.ceil(at - now)), maxTimeoutMs)
    this.#timer = this.#runtime.setTimeout(() => this.#timeIsUp(), ms)
  }

  #timeIsUp(): void {
    this.#timerAt = Infinity
    const time = this.#runtime.now()
    // Timers run before the sockets are read, immediates after.
    this.#runtime.setImmediate(() => {
      this.#readUpTo = time
      this.wake()
    })
  }

  #keyOf(node: number, topic: string, partition: number): GateKey {
    const leaderEpoch = this.#network.metadata.leader(topic, partition)?.epoch ?? -1
    return {
      at: this.#now,
      connection: this.#network.connectionId(node),
      leaderEpoch,
      topicId: this.#topicId(topic),
      incarnation: this.#incarnations.of(topic),
    }
  }
}
