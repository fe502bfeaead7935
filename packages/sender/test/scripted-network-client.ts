import type { Answer, NetworkClient, OutgoingRequest } from '@sluice/network'
import {
  type Api,
  ByteReader,
  decodeRequestBody,
  decodeRequestHeader,
  encodeRequest,
  type ErrorCode,
  errorNumberOf,
  initProducerIdApi,
  KafkaError,
  produceApi,
} from '@sluice/protocol'
import { type CoordinatorApi, coordinatorApis, CoordinatorCall } from './coordinator-call.js'
import { ProduceCall } from './produce-call.js'
import { ScriptedMetadata } from './scripted-metadata.js'

interface Broker {
  connection: number
  /** Says that it takes no more, connected or not. */
  muted: boolean
}

interface Queued {
  readonly node: number
  readonly connection: number
  readonly request: OutgoingRequest<unknown, unknown>
  readonly onAnswer: (answer: Answer<never>) => void
}

/** An InitProducerId request, for the test to answer. */
export class IdentityCall {
  readonly #onAnswer: (answer: Answer<never>) => void

  constructor(onAnswer: (answer: Answer<never>) => void) {
    this.#onAnswer = onAnswer
  }

  ok(producerId: bigint, producerEpoch = 0): void {
    this.#respond({ throttleTimeMs: 0, errorCode: 0, producerId, producerEpoch })
  }

  refuse(code: ErrorCode): void {
    const errorCode = errorNumberOf(code)
    this.#respond({ throttleTimeMs: 0, errorCode, producerId: -1n, producerEpoch: -1 })
  }

  fail(code: ErrorCode): void {
    this.#onAnswer({ error: new KafkaError(code, 'made up'), response: null, written: true })
  }

  #respond(response: unknown): void {
    this.#onAnswer({ error: null, response, version: 5 } as Answer<never>)
  }
}

/** A network whose every answer, connection and leader a test decides. Requests go through the real encoding and back. */
export class ScriptedNetworkClient implements NetworkClient {
  readonly metadata = new ScriptedMetadata()
  /** Unanswered Produce requests and those answered, in the order of sending. */
  readonly calls: ProduceCall[] = []
  readonly identityCalls: IdentityCall[] = []
  /** Requests of transactions, in the order of sending. */
  readonly coordinatorCalls: CoordinatorCall[] = []
  /** Hears of each request that is written, but not of those of a producer without transactions for its id. */
  onCall: (call: ProduceCall | CoordinatorCall) => void = () => {}
  /** The highest Produce version of the brokers. */
  produceVersion = 13
  maxInFlight = 5
  polls = 0
  readonly connectsTo: number[] = []
  leastLoadedAsked = 0
  readonly silenceLimits: { connection: number; ms: number; reason: string }[] = []
  /** Why nothing can be sent to a node now. */
  readonly failures = new Map<number, KafkaError>()
  /** Nodes that let nobody in. */
  readonly refusals = new Map<number, KafkaError>()
  readonly #brokers = new Map<number, Broker>()
  readonly #listeners: (() => void)[] = []
  #queued: Queued[] = []
  #lastConnection = 0

  up(...nodes: number[]): void {
    for (const node of nodes) {
      this.#brokers.set(node, { connection: ++this.#lastConnection, muted: false })
    }
    this.changed()
  }

  mute(node: number, muted: boolean): void {
    this.#brokers.get(node)!.muted = muted
    this.changed()
  }

  /** The connection is gone. What is unanswered is answered so; what was not polled has not been written. */
  down(node: number, written = true): void {
    const connection = this.connectionId(node)
    this.#brokers.delete(node)
    for (const call of [...this.unanswered(node), ...this.coordinatorCallsTo(node)]) {
      if (call.connection === connection) call.fail('CONNECTION_CLOSED', written)
    }
    this.changed()
  }

  unanswered(node?: number): ProduceCall[] {
    return this.calls.filter((call) => !call.answered && (node === undefined || call.node === node))
  }

  /** The unanswered requests of transactions. */
  coordinatorCallsTo(node: number): CoordinatorCall[] {
    return this.coordinatorCalls.filter((call) => !call.answered && call.node === node)
  }

  changed(): void {
    for (const listener of this.#listeners) listener()
  }

  ready(node: number): boolean {
    const broker = this.#brokers.get(node)
    if (broker === undefined) this.connectsTo.push(node)
    return broker !== undefined && !broker.muted && this.inFlight(node) < this.maxInFlight
  }

  inFlight(node: number): number {
    const queued = this.#queued.filter((waiting) => waiting.node === node)
    const ofTransactions = this.coordinatorCallsTo(node).length
    return this.unanswered(node).length + ofTransactions + queued.length
  }

  connectionId(node: number): number {
    return this.#brokers.get(node)?.connection ?? 0
  }

  authenticationFailure(node: number): KafkaError | null {
    return this.refusals.get(node) ?? null
  }

  nodeFailure(node: number): KafkaError | null {
    return this.failures.get(node) ?? null
  }

  leastLoadedNode(): number | null {
    this.leastLoadedAsked++
    for (const [node, { muted }] of this.#brokers) if (!muted) return node
    return null
  }

  send<Request, Response>(
    node: number,
    request: OutgoingRequest<Request, Response>,
    onAnswer: (answer: Answer<Response>) => void,
  ): void {
    if (!this.#brokers.has(node)) throw new Error(`node ${node} is not ready`)
    const connection = this.connectionId(node)
    this.#queued.push({ node, connection, request, onAnswer })
  }

  closeIfSilent(connection: number, ms: number, reason: string): void {
    this.silenceLimits.push({ connection, ms, reason })
  }

  poll(): void {
    this.polls++
    const queued = this.#queued
    this.#queued = []
    for (const waiting of queued) this.#write(waiting)
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  connect(): Promise<void> {
    return Promise.resolve()
  }

  close(): Promise<void> {
    for (const node of this.#brokers.keys()) this.down(node)
    return Promise.resolve()
  }

  #write(queued: Queued): void {
    const { request, onAnswer } = queued
    if (request.api.key === produceApi.key) this.#writeProduce(queued)
    else if (request.api.key === initProducerIdApi.key && !isTransactional(request))
      this.identityCalls.push(new IdentityCall(onAnswer))
    else this.#writeToCoordinator(queued)
  }

  #writeProduce({ node, connection, request, onAnswer }: Queued): void {
    const { maxVersion = produceApi.maxVersion, expectsAnswer } = request
    const version = Math.min(maxVersion, this.produceVersion)
    const at = { node, connection, version, expectsAnswer }
    const body = throughTheWire(request, version, produceApi)
    const nameOf = (id: string): string => this.metadata.nameOf(id)
    const call = new ProduceCall(at, body, nameOf, onAnswer as never)
    this.calls.push(call)
    this.onCall(call)
  }

  #writeToCoordinator({ node, connection, request, onAnswer }: Queued): void {
    const name = request.api.name as CoordinatorApi
    const version = request.maxVersion ?? request.api.maxVersion
    const body = throughTheWire(request, version, coordinatorApis[name] as never)
    const call = new CoordinatorCall({ api: name, node, connection, version }, body, onAnswer)
    this.coordinatorCalls.push(call)
    this.onCall(call)
  }
}

function isTransactional({ build }: OutgoingRequest<unknown, unknown>): boolean {
  return (
    (build(initProducerIdApi.maxVersion) as { transactionalId: unknown }).transactionalId !== null
  )
}

/** What a broker would read of it. */
function throughTheWire<Request>(
  request: OutgoingRequest<unknown, unknown>,
  version: number,
  api: Api<Request, unknown, never, never>,
): Request {
  const chunks = encodeRequest(request.api, version, 1, 'test', request.build(version))
  const frame = Buffer.concat(chunks).subarray(4)
  const { headerEnd } = decodeRequestHeader(frame)
  return decodeRequestBody(api, version, new ByteReader(frame, headerEnd))
}
