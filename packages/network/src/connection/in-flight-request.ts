import { decodeResponse, encodeRequest, type KafkaError } from '@sluice/protocol'
import type { Answer, OutgoingRequest } from '../network-client.js'

/** One request from `send` to its answer, with the types of its API hidden. */
export interface InFlightRequest {
  readonly apiName: string
  /** −1 until `encode` has chosen one. */
  readonly version: number
  readonly expectsAnswer: boolean
  /** Whether it is the client's own. Such requests do not count against `maxInFlight`. */
  readonly internal: boolean
  /** When it has waited too long, in the runtime's milliseconds. */
  deadline: number
  correlationId: number
  /** Whether any byte of it may have reached the socket. */
  written: boolean
  /** When it was written, monotonic ms. */
  sentAt: number
  /** How many bytes were written; counted only where requests are observed. */
  bytesSent: number
  /** For how many milliseconds the broker asks to be sent nothing; 0 until its answer was decoded. */
  readonly throttleMs: number
  /**
   * Chooses the version and makes the bytes.
   * @throws KafkaError where that cannot be done; nothing has been sent then
   */
  encode(versions: VersionChoice, correlationId: number, clientId: string): Uint8Array[]
  /**
   * Reads the answer. `succeed` hands it over.
   * @param maxMemoryBytes - how much memory the decoded answer may take, about
   */
  decode(frame: Uint8Array, maxMemoryBytes: number): void
  /** Hands over the answer that `decode` has read, or null where no answer was expected. */
  succeed(): void
  /** Hands over the error that takes the place of an answer. */
  fail(error: KafkaError): void
}

/** Chooses the version of a request among those that client and broker have in common. */
export interface VersionChoice {
  choose(api: VersionedApi, maxVersion: number): number
}

export interface VersionedApi {
  readonly key: number
  readonly name: string
  readonly minVersion: number
  readonly maxVersion: number
}

/** @param internal - whether the client sends it for itself */
export function inFlightRequest<Request, Response>(
  request: OutgoingRequest<Request, Response>,
  onAnswer: (answer: Answer<Response>) => void,
  internal: boolean,
): InFlightRequest {
  return new TypedRequest(request, onAnswer, internal)
}

class TypedRequest<Request, Response> implements InFlightRequest {
  readonly internal: boolean
  version = -1
  deadline = Infinity
  correlationId = -1
  written = false
  sentAt = 0
  bytesSent = 0
  throttleMs = 0
  readonly #request: OutgoingRequest<Request, Response>
  readonly #onAnswer: (answer: Answer<Response>) => void
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
    this.version = versions.choose(api, maxVersion)
    const body = this.#request.build(this.version)
    const chunks = encodeRequest(api, this.version, correlationId, clientId, body)
    this.correlationId = correlationId
    return chunks
  }

  decode(frame: Uint8Array, maxMemoryBytes: number): void {
    const { api } = this.#request
    this.#response = decodeResponse(api, this.version, frame, maxMemoryBytes).body
    if (this.version >= api.throttledFrom) this.throttleMs = throttleTimeMs(this.#response)
  }

  succeed(): void {
    this.#onAnswer({ error: null, response: this.#response, version: this.version })
  }

  fail(error: KafkaError): void {
    this.#onAnswer({ error, response: null, written: this.written })
  }
}

function throttleTimeMs(response: unknown): number {
  const { throttleTimeMs: ms } = response as { throttleTimeMs?: number }
  return ms === undefined || ms < 0 ? 0 : ms
}
