import type { Answer, NetworkClient, OutgoingRequest } from '@sluice/network'
import {
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
    for (const call of this.unanswered(node)) {
      if (call.connection === connection) call.fail('CONNECTION_CLOSED', written)
    }
    this.changed()
  }

  unanswered(node?: number): ProduceCall[] {
    return this.calls.filter((call) => !call.answered && (node === undefined || call.node === node))
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
    return this.unanswered(node).length + queued.length
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

  #write({ node, connection, request, onAnswer }: Queued): void {
    if (request.api.key === initProducerIdApi.key) {
      this.identityCalls.push(new IdentityCall(onAnswer))
      return
    }
    const { maxVersion = produceApi.maxVersion, expectsAnswer } = request
    const version = Math.min(maxVersion, this.produceVersion)
    const at = { node, connection, version, expectsAnswer }
    const body = throughTheWire(request, version)
    const nameOf = (id: string): string => this.metadata.nameOf(id)
    this.calls.push(new ProduceCall(at, body, nameOf, onAnswer as never))
  }
}

/** What a broker would read of it. */
function throughTheWire(request: OutgoingRequest<unknown, unknown>, version: number) {
  const chunks = encodeRequest(request.api, version, 1, 'test', request.build(version))
  const frame = Buffer.concat(chunks).subarray(4)
  const { headerEnd } = decodeRequestHeader(frame)
  return decodeRequestBody(produceApi, version, new ByteReader(frame, headerEnd))
}
