import {
  type ErrorCode,
  errorCodeOf,
  KafkaError,
  metadataApi,
  printable,
  type ResponseOf,
} from '@sluice/protocol'
import { RequestExchange } from '../connection/in-flight-request.js'
import type { Answer } from '../network-client.js'
import type { Bootstrap } from '../nodes/bootstrap.js'
import type { BrokerNode } from '../nodes/broker-node.js'
import type { NodeChoice } from '../nodes/node-choice.js'
import type { Nodes } from '../nodes/nodes.js'
import { asKafkaError } from '../reason.js'
import type { NetworkRuntime } from '../runtime.js'
import { readBrokers } from './broker-list.js'
import type { IdleTopics } from './idle-topics.js'
import { OpenQuestions } from './in-flight-metadata.js'
import type { MetadataCache } from './metadata-cache.js'
import type { MetadataAgenda, MetadataQuestion } from './metadata-schedule.js'

type MetadataResponse = ResponseOf<typeof metadataApi>

/** When no question has been answered for so long, the brokers are not those of the cluster any more (KIP-1102). */
const rebootstrapAfterMs = 300_000
/** A broker may not have heard of a new topic yet; that many answers in a row tell that there is none. */
const answersUntilUnknown = 3

export interface RefresherParts {
  readonly runtime: NetworkRuntime
  readonly allowAutoTopicCreation: boolean
  readonly agenda: MetadataAgenda
  readonly cache: MetadataCache
  readonly idleTopics: IdleTopics
  readonly nodes: Nodes
  readonly bootstrap: Bootstrap
  readonly choice: NodeChoice
  /** Called after each attempt, whatever came of it. */
  readonly attempted: () => void
}

/**
 * Asks for metadata when the agenda says so: one question at a time, to the broker with the least to do. Only where that
 * keeps it waiting for long, another is asked as well.
 */
export class MetadataRefresher {
  readonly #parts: RefresherParts
  readonly #open = new OpenQuestions()
  #closed = false
  #refreshed = false
  #lastError: KafkaError | null = null
  #timer: unknown
  #timerAt = Infinity

  constructor(parts: RefresherParts) {
    this.#parts = parts
  }

  /** Whether the cluster has ever answered. */
  get refreshed(): boolean {
    return this.#refreshed
  }

  get lastError(): KafkaError | null {
    return this.#lastError
  }

  want(topic: string): void {
    const { agenda, cache } = this.#parts
    if (!agenda.want(topic)) {
      if (!cache.topic(topic)?.error) return
      agenda.reopen(topic)
    }
    this.tick()
  }

  refresh(): void {
    if (this.#open.full) return
    this.#parts.agenda.refresh()
    this.tick()
  }

  /** Asks if anything is due and a node can be asked. To be called whenever one may have become ready. */
  tick(): void {
    if (this.#closed || !this.#open.mayAsk) return
    const { agenda, choice, idleTopics } = this.#parts
    idleTopics.sweep()
    const question = agenda.take()
    if (question === null) {
      this.#wakeAt(agenda.nextAt)
      return
    }
    const node = choice.leastLoaded()
    if (node !== null) this.#ask(node, question)
  }

  /** Whoever gives up meanwhile can say what was waited for. */
  bootstrapTrying(soFar: KafkaError): void {
    this.#lastError = soFar
    this.#parts.attempted()
  }

  /** Every bootstrap server was tried. */
  bootstrapFailed(failure: KafkaError): void {
    const { agenda, attempted } = this.#parts
    this.#lastError = failure
    // Go on for those who wait for a topic, or have had a cluster; not for a `connect` that has failed.
    if (agenda.empty && !this.#refreshed) agenda.cancelRefresh()
    attempted()
  }

  close(): void {
    this.#closed = true
    this.#wakeAt(Infinity)
  }

  #ask(node: BrokerNode, question: MetadataQuestion): void {
    const { allowAutoTopicCreation } = this.#parts
    const topics = question.topics.map((name) => ({ name }))
    const request = {
      api: metadataApi,
      build: () => ({ topics, allowAutoTopicCreation }),
      expectsAnswer: true,
    }
    this.#open.ask(node, question)
    node.queue(
      new RequestExchange(request, (answer) => this.#answered(node, question, answer), true),
    )
    node.flush()
  }

  #answered(node: BrokerNode, question: MetadataQuestion, answer: Answer<MetadataResponse>): void {
    if (!this.#open.answered(node, question) || this.#closed) return
    try {
      if (answer.error !== null) throw answer.error
      this.#apply(question, answer.response as MetadataResponse, answer.version)
      this.#open.clear()
    } catch (error) {
      this.#failed(node, asKafkaError(error, 'metadata'))
    }
    this.#parts.attempted()
    this.tick()
  }

  #apply(question: MetadataQuestion, response: MetadataResponse, apiVersion: number): void {
    const { agenda, bootstrap, cache, nodes } = this.#parts
    const code = errorCodeOf(response.errorCode)
    if (code !== null) throw new KafkaError(code, 'the broker refused the metadata')
    const moved = nodes.replace(readBrokers(response.brokers))
    bootstrap.succeeded()
    cache.applyRacks(response.brokers)
    const before = cache.version
    const open = this.#applyTopics(question, response, apiVersion)
    agenda.succeeded(question, [...open.keys()], moved || cache.version !== before)
    this.#refreshed = true
    const [first] = open.values()
    this.#lastError = first ?? null
  }

  /** @returns the topics that must be asked for again, and why */
  #applyTopics(
    question: MetadataQuestion,
    response: MetadataResponse,
    apiVersion: number,
  ): ReadonlyMap<string, KafkaError> {
    const open = new Map(
      question.topics.map((topic) => [topic, unsettled(topic, 'UNKNOWN_TOPIC_OR_PARTITION')]),
    )
    for (const answer of response.topics) {
      const { name } = answer
      if (name === null || !open.has(name)) continue // nobody asked
      const code = this.#parts.cache.applyTopic(name, answer, apiVersion)
      if (code === null || this.#refuses(name, code)) open.delete(name)
      else open.set(name, unsettled(name, code))
    }
    return open
  }

  /** A topic that is not there, and that asking does not create, is refused; but not one that was there before (F15). */
  #refuses(topic: string, code: ErrorCode): boolean {
    const { agenda, allowAutoTopicCreation, cache } = this.#parts
    if (allowAutoTopicCreation || code !== 'UNKNOWN_TOPIC_OR_PARTITION') return false
    const known = cache.topic(topic)
    if (known?.error === code) return true
    if (known !== undefined || agenda.attempts(topic) < answersUntilUnknown - 1) return false
    cache.refuse(topic, code)
    return true
  }

  #failed(node: BrokerNode, error: KafkaError): void {
    const { agenda, bootstrap, nodes, runtime } = this.#parts
    this.#lastError = error
    // Where another broker may still answer, there is no need to pause.
    if (this.#open.none) agenda.failed()
    runtime.logger.debug(`metadata: ${error.message}`)
    // A bootstrap server that cannot tell the cluster is of no use; the next one may.
    if (node.id < 0) node.fail(error)
    if (error.code !== 'REBOOTSTRAP_REQUIRED' && agenda.failingMs < rebootstrapAfterMs) return
    nodes.forget(error)
    bootstrap.brokersForgotten(error)
  }

  #wakeAt(at: number): void {
    if (at === this.#timerAt) return
    const { runtime } = this.#parts
    if (this.#timer !== undefined) runtime.clearTimeout(this.#timer)
    this.#timer = undefined
    this.#timerAt = at
    if (at === Infinity) return
    this.#timer = runtime.setTimeout(
      () => {
        this.#timer = undefined
        this.#timerAt = Infinity
        this.tick()
      },
      Math.max(0, at - runtime.now()),
    )
  }
}

function unsettled(topic: string, code: ErrorCode): KafkaError {
  return new KafkaError(code, `topic ${printable(topic)}`, { topic })
}
