import { type KafkaError, reasonOf } from '@sluice/protocol'
import { asKafkaError } from '../errors.js'
import type { ByteStream } from '../transport.js'
import type { ChannelDeps } from './connection-deps.js'
import type { InFlightRequest, VersionChoice } from './in-flight-request.js'
import type { InFlightRequests } from './in-flight-requests.js'

export interface RequestWriterEvents {
  /** The connection is used now, monotonic ms. */
  used(now: number): void
  /** Bytes are about to go to the stream. */
  sent(): void
  /** The stream takes bytes again. */
  drained(): void
  /** A request that needs no answer is written. */
  flushed(request: InFlightRequest): void
  /** A request could not be encoded. */
  refused(request: InFlightRequest, error: KafkaError): void
  /** The stream could not write. */
  failed(detail: string, cause: unknown): void
}

/** Writes the requests of one connection: all that is queued in one vectored write, in the order of the correlation ids. */
export class RequestWriter {
  versions: VersionChoice
  readonly #stream: ByteStream
  readonly #deps: ChannelDeps
  readonly #requests: InFlightRequests
  readonly #events: RequestWriterEvents
  #writable = true
  #held = false

  constructor(
    stream: ByteStream,
    versions: VersionChoice,
    deps: ChannelDeps,
    requests: InFlightRequests,
    events: RequestWriterEvents,
  ) {
    this.#stream = stream
    this.versions = versions
    this.#deps = deps
    this.#requests = requests
    this.#events = events
    stream.onDrain(() => this.#drained())
  }

  /** Whether the stream takes more bytes now. */
  get writable(): boolean {
    return this.#writable
  }

  /** Whether queued requests wait for `release`. */
  get held(): boolean {
    return this.#held
  }

  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    this.flush()
  }

  /** Writes all that is queued, unless it is held. */
  flush(): void {
    if (this.#held) return
    const queued = this.#requests.takeQueued()
    if (queued.length > 0) this.write(queued)
  }

  /** Writes these requests now, held or not, ahead of the queued ones. */
  write(requests: readonly InFlightRequest[]): void {
    const now = this.#deps.runtime.now()
    const deadline = now + this.#deps.options.requestTimeoutMs
    const chunks: Uint8Array[] = []
    const refused: { request: InFlightRequest; error: KafkaError }[] = []
    for (const request of requests) {
      try {
        for (const chunk of this.#encode(request)) chunks.push(chunk)
        request.sentAt = now
        this.#requests.sent(request, deadline)
      } catch (error) {
        this.#requests.dropped(request)
        const what = `${request.apiName} could not be written`
        refused.push({ request, error: asKafkaError(error, what) })
      }
    }
    this.#events.used(now)
    if (chunks.length > 0) this.#send(chunks, requests)
    // Only now: a listener may send and flush again, and requests must leave in the order of their ids.
    for (const { request, error } of refused) this.#events.refused(request, error)
  }

  #encode(request: InFlightRequest): Uint8Array[] {
    const { options, runtime } = this.#deps
    const chunks = request.encode(this.versions, this.#requests.nextId, options.clientId)
    if (runtime.observer?.request !== undefined) request.bytesSent = lengthOf(chunks)
    return chunks
  }

  #send(chunks: readonly Uint8Array[], requests: readonly InFlightRequest[]): void {
    this.#events.sent()
    const unacknowledged = requests.filter((request) => request.written && !request.expectsAnswer)
    try {
      this.#writable = this.#stream.write(chunks, (error) => this.#flushed(unacknowledged, error))
    } catch (error) {
      this.#events.failed(`writing failed: ${reasonOf(error)}`, error)
    }
  }

  #flushed(unacknowledged: readonly InFlightRequest[], error: Error | undefined): void {
    if (error !== undefined) {
      this.#events.failed(`writing failed: ${reasonOf(error)}`, error)
      return
    }
    for (const request of unacknowledged) this.#events.flushed(request)
  }

  #drained(): void {
    this.#writable = true
    this.#events.drained()
  }
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((length, chunk) => length + chunk.length, 0)
}
