import type { Answer, NetworkClient, OutgoingRequest } from '@sluice/network'
import { initProducerIdApi, KafkaError } from '@sluice/protocol'
import { KitMetadata } from './kit-metadata.js'
import { KitRequest } from './kit-request.js'
import type { Violations } from './violations.js'

interface Queued {
  readonly node: number
  readonly connection: number
  readonly request: OutgoingRequest<unknown, unknown>
  readonly onAnswer: (answer: Answer<never>) => void
}

/** Connections to nodes 1 and 2 that do as a check says. */
export class KitNetwork implements NetworkClient {
  readonly metadata: KitMetadata
  /** All Produce requests, in the order of writing. */
  readonly requests: KitRequest[] = []
  readonly #connections = new Map([
    [1, 1],
    [2, 2],
  ])
  readonly #muted = new Set<number>()
  readonly #violations: Violations
  #lastConnection = 2
  #queued: Queued[] = []
  #onChange: () => void = () => {}

  constructor(partitions: number, violations: Violations) {
    this.#violations = violations
    this.metadata = new KitMetadata(partitions)
  }

  get unanswered(): KitRequest[] {
    return this.requests.filter(({ answered }) => !answered)
  }

  ready(node: number): boolean {
    return this.#connections.has(node) && !this.#muted.has(node) && this.inFlight(node) < 5
  }

  inFlight(node: number): number {
    const queued = this.#queued.filter((waiting) => waiting.node === node)
    return queued.length + this.unanswered.filter((request) => request.node === node).length
  }

  connectionId(node: number): number {
    return this.#connections.get(node) ?? 0
  }

  /** Brokers of the kit are silent only where a check waits for that. */
  closeIfSilent(): void {}

  leastLoadedNode(): number | null {
    return [...this.#connections.keys()].find((node) => this.ready(node)) ?? null
  }

  send<Request, Response>(
    node: number,
    request: OutgoingRequest<Request, Response>,
    onAnswer: (answer: Answer<Response>) => void,
  ): void {
    this.#violations.check(this.ready(node), `node ${node} was sent to while it was not ready`)
    this.#queued.push({ node, connection: this.connectionId(node), request, onAnswer })
  }

  poll(): void {
    for (const { node, connection, request, onAnswer } of this.#queued.splice(0)) {
      if (request.api.key === initProducerIdApi.key) giveProducerId(onAnswer)
      else this.requests.push(new KitRequest(node, connection, request, onAnswer))
    }
  }

  onChange(listener: () => void): void {
    this.#onChange = listener
  }

  changed(): void {
    this.#onChange()
  }

  mute(node: number, muted: boolean): void {
    if (muted) this.#muted.add(node)
    else this.#muted.delete(node)
    this.changed()
  }

  /** The connection breaks, and there is another at once. Nobody knows what the broker made of its requests. */
  reset(node: number): void {
    const connection = this.connectionId(node)
    this.#connections.set(node, ++this.#lastConnection)
    for (const request of this.unanswered)
      if (request.connection === connection)
        request.fail(new KafkaError('CONNECTION_CLOSED', 'reset by the kit'))
    this.changed()
  }

  connect(): Promise<void> {
    return Promise.resolve()
  }

  close(): Promise<void> {
    for (const node of [1, 2]) this.reset(node)
    return Promise.resolve()
  }
}

function giveProducerId(onAnswer: (answer: Answer<never>) => void): void {
  const response = { throttleTimeMs: 0, errorCode: 0, producerId: 7n, producerEpoch: 0 }
  queueMicrotask(() => onAnswer({ error: null, response: response as never, version: 5 }))
}
