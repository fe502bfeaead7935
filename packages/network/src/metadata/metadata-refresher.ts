import { type ErrorCode, errorCodeOf, KafkaError, metadataApi, printable } from '@sluice/protocol'
import { inFlightRequest } from '../connection/in-flight-request.js'
import { asKafkaError } from '../errors.js'
import type { Answer } from '../network-client.js'
import type { Bootstrap } from '../nodes/bootstrap.js'
import type { BrokerNode } from '../nodes/broker-node.js'
import type { NodeChoice } from '../nodes/node-choice.js'
import type { Nodes } from '../nodes/nodes.js'
import type { NetworkRuntime } from '../runtime.js'
import { Timer } from '../timers/timer.js'
import { type AnswerSource, sourceOf } from './answer-source.js'
import type { IdleTopics } from './idle-topics.js'
import { InFlightMetadata } from './in-flight-metadata.js'
import type { MetadataCache } from './metadata-cache.js'
import { type MetadataResponse, readBrokers } from './metadata-response.js'
import type { MetadataRequest, MetadataSchedule } from './metadata-schedule.js'

/** When no request has been answered for so long, the known brokers are taken for no longer those of the cluster (KIP-1102). */
const rebootstrapAfterMs = 300_000
/** A broker may not have heard of a new topic yet. So many answers in a row show that there is no such topic. */
const answersUntilUnknown = 3

export interface MetadataRefresherDeps {
  readonly runtime: NetworkRuntime
  readonly allowAutoTopicCreation: boolean
  readonly schedule: MetadataSchedule
  readonly cache: MetadataCache
  readonly idleTopics: IdleTopics
  readonly nodes: Nodes
  readonly bootstrap: Bootstrap
  readonly choice: NodeChoice
}

export interface MetadataRefresherEvents {
  /** The metadata of topics or the list of brokers has changed. */
  changed(): void
  /** A request was answered or has failed, or the bootstrap servers were tried. */
  attempted(): void
}

/**
 * Asks for metadata when the schedule says so: one request at a time, to the broker with the fewest requests in flight. Only
 * where that broker keeps it waiting for long, another broker is asked as well.
 */
export class MetadataRefresher {
  readonly #deps: MetadataRefresherDeps
  readonly #events: MetadataRefresherEvents
  readonly #inFlight = new InFlightMetadata()
  readonly #timer: Timer
  #closed = false
  #refreshed = false
  #lastError: KafkaError | null = null
  #timerAt = Infinity

  constructor(deps: MetadataRefresherDeps, events: MetadataRefresherEvents) {
    this.#deps = deps
    this.#events = events
    this.#timer = new Timer(deps.runtime)
  }

  /** Whether the cluster has ever answered. */
  get refreshed(): boolean {
    return this.#refreshed
  }

  /** Why there is no newer or no complete metadata; null after a refresh that worked. */
  get lastError(): KafkaError | null {
    return this.#lastError
  }

  /** From now on this topic is part of every refresh. */
  want(topic: string): void {
    const { schedule, cache } = this.#deps
    if (!schedule.want(topic)) {
      if (!cache.topic(topic)?.error) return
      schedule.retry(topic)
    }
    this.tick()
  }

  /** Asks for all topics as soon as the back-off permits. */
  refresh(): void {
    if (this.#inFlight.full) return
    this.#deps.schedule.refresh()
    this.tick()
  }

  /** Sends the request that is due, if there is one and a node is ready. To be called whenever a node may have become ready. */
  tick(): void {
    if (this.#closed || !this.#inFlight.maySend) return
    const { schedule, choice, idleTopics } = this.#deps
    if (idleTopics.sweep()) this.#events.changed()
    if (!schedule.isDue()) {
      this.#wakeAt(Math.min(schedule.nextAt, idleTopics.nextAt))
      return
    }
    const node = choice.leastLoaded()
    if (node !== null) this.#send(node, schedule.next())
  }

  /** A bootstrap server is tried. `lastError` says so to everything that gives up meanwhile. */
  bootstrapTrying(soFar: KafkaError): void {
    this.#lastError = soFar
    this.#events.attempted()
  }

  /** Every bootstrap server was tried without success. */
  bootstrapFailed(failure: KafkaError): void {
    const { schedule } = this.#deps
    this.#lastError = failure
    // Go on where a topic is wanted, or the cluster has answered before, but not for a `connect` that has failed.
    if (schedule.empty && !this.#refreshed) schedule.cancelRefresh()
    this.#events.attempted()
  }

  close(): void {
    this.#closed = true
    this.#wakeAt(Infinity)
  }

  #send(node: BrokerNode, request: MetadataRequest): void {
    const { allowAutoTopicCreation } = this.#deps
    const topics = request.topics.map((name) => ({ name }))
    const outgoing = {
      api: metadataApi,
      build: () => ({ topics, allowAutoTopicCreation }),
      expectsAnswer: true,
    }
    this.#inFlight.sent(node, request)
    node.queue(inFlightRequest(outgoing, (answer) => this.#answered(node, request, answer), true))
    node.flush()
  }

  #answered(node: BrokerNode, request: MetadataRequest, answer: Answer<MetadataResponse>): void {
    if (!this.#inFlight.answered(node, request) || this.#closed) return
    try {
      if (answer.error !== null) throw answer.error
      this.#apply(node, request, answer.response as MetadataResponse, answer.version)
      this.#inFlight.clear()
    } catch (error) {
      this.#failed(node, asKafkaError(error, 'metadata'))
    }
    this.#events.attempted()
    this.tick()
  }

  #apply(
    node: BrokerNode,
    request: MetadataRequest,
    response: MetadataResponse,
    apiVersion: number,
  ): void {
    const { schedule, bootstrap, cache, nodes } = this.#deps
    const code = errorCodeOf(response.errorCode)
    if (code !== null) throw new KafkaError(code, 'the broker refused the metadata')
    const { connectionId } = node
    const moved = nodes.replace(readBrokers(response.brokers))
    bootstrap.succeeded()
    cache.applyRacks(response.brokers)
    const before = cache.version
    const source = sourceOf(node, connectionId, nodes)
    const incomplete = this.#applyTopics(request, response, apiVersion, source)
    const changed = moved || cache.version !== before
    schedule.succeeded(request, incomplete, changed)
    this.#refreshed = true
    this.#noteIncomplete(incomplete)
    if (changed) this.#events.changed()
  }

  /** One error speaks for all topics, and stays the same object as long as it says the same. */
  #noteIncomplete(incomplete: ReadonlyMap<string, ErrorCode>): void {
    const before = this.#lastError
    this.#lastError = null
    for (const [topic, code] of incomplete) {
      const isSame = before?.code === code && before.topic === topic
      this.#lastError = isSame ? before : incompleteTopic(topic, code)
      return
    }
  }

  /** @returns the topics that must be asked for again, and why */
  #applyTopics(
    request: MetadataRequest,
    response: MetadataResponse,
    apiVersion: number,
    source: AnswerSource,
  ): ReadonlyMap<string, ErrorCode> {
    const incomplete = new Map<string, ErrorCode>()
    for (const topic of request.topics) incomplete.set(topic, 'UNKNOWN_TOPIC_OR_PARTITION')
    for (const answer of response.topics) {
      const { name } = answer
      if (name === null || !incomplete.has(name)) continue // it was not asked for
      const code = this.#deps.cache.applyTopic(name, answer, apiVersion, source)
      if (code === null || this.#refuses(name, code)) incomplete.delete(name)
      else incomplete.set(name, code)
    }
    return incomplete
  }

  /** Refuses a topic that does not exist and that asking does not create, unless it has existed before (F15). */
  #refuses(topic: string, code: ErrorCode): boolean {
    const { schedule, allowAutoTopicCreation, cache } = this.#deps
    if (allowAutoTopicCreation || code !== 'UNKNOWN_TOPIC_OR_PARTITION') return false
    const known = cache.topic(topic)
    if (known?.error === code) return true
    if (known !== undefined || schedule.attempts(topic) < answersUntilUnknown - 1) return false
    cache.refuse(topic, code)
    return true
  }

  #failed(node: BrokerNode, error: KafkaError): void {
    const { schedule, bootstrap, cache, nodes, runtime } = this.#deps
    this.#lastError = error
    // Also where another broker may still answer: this one would fail again at once.
    schedule.failed()
    runtime.logger.debug(`metadata: ${error.message}`)
    // A bootstrap server that cannot name the brokers of the cluster is of no use; the next one may name them.
    if (node.id < 0) node.fail(error)
    if (error.code !== 'REBOOTSTRAP_REQUIRED' && schedule.failingMs < rebootstrapAfterMs) return
    nodes.forget(error)
    cache.forgetFeatures()
    bootstrap.brokersForgotten(error)
  }

  #wakeAt(at: number): void {
    if (at === this.#timerAt) return
    this.#timerAt = at
    if (at === Infinity) this.#timer.stop()
    else this.#timer.start(Math.max(0, at - this.#deps.runtime.now()), () => this.#wake())
  }

  #wake(): void {
    this.#timerAt = Infinity
    this.tick()
  }
}

function incompleteTopic(topic: string, code: ErrorCode): KafkaError {
  return new KafkaError(code, `topic ${printable(topic)}`, { topic })
}
