import { decodeResponse, encodeRequest, type KafkaError } from '@sluice/protocol'
import type { Answer, OutgoingRequest } from '../network-client.js'

/** One request from `send` to its answer, with the types of its API hidden. */
export interface Exchange {
  readonly apiName: string
  readonly expectsAnswer: boolean
  /** The client's own requests do not count against `maxInFlight`. */
  readonly internal: boolean
  /** When it has waited too long, in the runtime's milliseconds. */
  deadline: number
  correlationId: number
  /** Whether any byte may have reached the socket. */
  written: boolean
  /** Picks the version and makes the bytes. Throws where that cannot be done; nothing has been sent then. */
  encode(versions: VersionChoice, correlationId: number, clientId: string): Uint8Array[]
  /**
   * Reads the answer, but tells nobody yet.
   * @param maxMemoryBytes - what it may take in memory, about
   * @returns how many milliseconds the broker asks us to keep quiet
   */
  decode(frame: Uint8Array, maxMemoryBytes: number): number
  /** Hands over what `decode` read; or null where no answer was expected. */
  succeed(): void
  fail(error: KafkaError): void
}

/** What a connection and its broker have in common. */
export interface VersionChoice {
  choose(api: VersionedApi, maxVersion: number): number
}

export interface VersionedApi {
  readonly key: number
  readonly name: string
  readonly minVersion: number
  readonly maxVersion: number
}

export class RequestExchange<Request, Response> implements Exchange {
  readonly internal: boolean
  deadline = Infinity
  correlationId = -1
  written = false
  readonly #request: OutgoingRequest<Request, Response>
  readonly #onAnswer: (answer: Answer<Response>) => void
  #version = -1
  #response: Response | null = null

  constructor(
    request: OutgoingRequest<Request, Response>,
    onAnswer: (answer: Answer<Response>) => void,
    internal: boolean,
  ) {
    this.#request = request
    this.#onAnswer = onAnswer
    this.internal = internal
  }

  get apiName(): string {
    return this.#request.api.name
  }

  get expectsAnswer(): boolean {
    return this.#request.expectsAnswer
  }

  encode(versions: VersionChoice, correlationId: number, clientId: string): Uint8Array[] {
    const { api, maxVersion = api.maxVersion } = this.#request
    this.#version = versions.choose(api, maxVersion)
    const body = this.#request.build(this.#version)
    const chunks = encodeRequest(api, this.#version, correlationId, clientId, body)
    this.correlationId = correlationId
    return chunks
  }

  decode(frame: Uint8Array, maxMemoryBytes: number): number {
    const { api } = this.#request
    this.#response = decodeResponse(api, this.#version, frame, maxMemoryBytes).body
    return throttleTimeMs(api.key, this.#version, this.#response)
  }

  succeed(): void {
    this.#onAnswer({ error: null, response: this.#response, version: this.#version })
  }

  fail(error: KafkaError): void {
    this.#onAnswer({ error, response: null, written: this.written })
  }
}

/**
 * From these versions on a broker answers at once and leaves the waiting to us (KIP-219): Produce, Metadata,
 * FindCoordinator, ApiVersions, InitProducerId, AddPartitionsToTxn, AddOffsetsToTxn, EndTxn, TxnOffsetCommit. Before, it
 * has waited itself, and the time it names is past.
 */
const throttledByClientFrom = new Map([
  [0, 6],
  [3, 6],
  [10, 2],
  [18, 2],
  [22, 1],
  [24, 1],
  [25, 1],
  [26, 1],
  [28, 1],
])

function throttleTimeMs(apiKey: number, version: number, response: unknown): number {
  const from = throttledByClientFrom.get(apiKey)
  if (from === undefined || version < from) return 0
  const { throttleTimeMs: ms } = response as { throttleTimeMs?: number }
  return ms === undefined || ms < 0 ? 0 : ms
}
