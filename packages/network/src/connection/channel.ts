import { type Api, KafkaError, reasonOf } from '@sluice/protocol'
import { maxMemoryBytes } from '../options.js'
import type { ByteStream } from '../transport.js'
import type { ChannelDeps, ChannelEvents } from './connection-deps.js'
import { FrameSplitter } from './frame-splitter.js'
import { inFlightRequest, type InFlightRequest, type VersionChoice } from './in-flight-request.js'
import { InFlightRequests } from './in-flight-requests.js'
import { RequestTimeouts } from './request-timeouts.js'
import { RequestWriter } from './request-writer.js'
import { describeBadLength } from './wrong-peer.js'

/** Before a peer has shown that it is a broker, it may not send a longer frame than this. */
const maxOpeningBytes = 65_536

/** The length in front of each frame. */
const lengthBytes = 4

/** Requests out and answers in over one stream: framing, the order of answers, and how long an answer may take. */
export class Channel {
  readonly #deps: ChannelDeps
  readonly #events: ChannelEvents
  readonly #requests = new InFlightRequests()
  readonly #writer: RequestWriter
  readonly #splitter: FrameSplitter
  readonly #timeouts: RequestTimeouts
  #stopped = false
  #lastUsed: number

  constructor(
    stream: ByteStream,
    versions: VersionChoice,
    deps: ChannelDeps,
    events: ChannelEvents,
  ) {
    this.#deps = deps
    this.#events = events
    this.#lastUsed = deps.runtime.now()
    this.#timeouts = new RequestTimeouts(deps, this.#requests, {
      slow: () => events.slow(),
      expired: (code, detail) => this.#fail(code, detail),
    })
    this.#splitter = new FrameSplitter(
      maxOpeningBytes,
      (frame) => this.#receive(frame),
      (length, limit) => this.#fail('MALFORMED_RESPONSE', describeBadLength(length, limit)),
    )
    this.#writer = new RequestWriter(stream, versions, deps, this.#requests, {
      used: (now) => this.#used(now),
      sent: () => this.#timeouts.sent(),
      drained: () => events.drained(),
      flushed: (request) => this.#flushed(request),
      refused: (request, error) => this.#failed(request, error),
      failed: (detail, cause) => this.#fail('CONNECTION_CLOSED', detail, cause),
    })
    stream.onData((chunk) => this.#read(chunk))
  }

  set versions(versions: VersionChoice) {
    this.#writer.versions = versions
  }

  /** Whether the stream takes more bytes now. */
  get writable(): boolean {
    return this.#writer.writable
  }

  /** How many answers the broker has given. */
  get answers(): number {
    return this.#timeouts.answers
  }

  /** When it was last used for anything but its own authentication, monotonic ms. */
  get lastUsed(): number {
    return this.#lastUsed
  }

  /** How many requests are unanswered, without the client's own. */
  get inFlight(): number {
    return this.#requests.count
  }

  /** Whether no request is queued or unanswered. */
  get empty(): boolean {
    return this.#requests.empty
  }

  /** Whether no request that was sent is unanswered. */
  get quiet(): boolean {
    return this.#requests.quiet
  }

  /** Whether the oldest request has waited for long. */
  get slow(): boolean {
    return this.#timeouts.slow
  }

  /** The peer is a broker: it may send answers of the full length. */
  trust(): void {
    this.#splitter.limit = this.#deps.options.maxResponseBytes
  }

  /** Keeps queued requests back until `release`. */
  hold(): void {
    this.#writer.hold()
  }

  release(): void {
    this.#writer.release()
  }

  queue(request: InFlightRequest): void {
    this.#requests.queue(request)
  }

  /** Writes all that is queued in one vectored write, unless it is held back. */
  flush(): void {
    this.#writer.flush()
  }

  /**
   * Sends a request of the connection's own at once, ahead of all that is queued.
   * @throws KafkaError when the connection ends before the answer, or client and broker have no version in common
   */
  sendInternal<Request, Response>(
    api: Api<unknown, Response, Request, never>,
    body: Request,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      const request = inFlightRequest<Request, Response>(
        { api, build: () => body, expectsAnswer: true },
        (answer) => (answer.response === null ? reject(answer.error) : resolve(answer.response)),
        true,
      )
      this.#sendNow(request)
    })
  }

  extendDeadlines(ms: number): void {
    this.#requests.extendDeadlines(ms)
  }

  /** Fails with this reason once nothing has come for `ms`, unless the broker answers all that it owes now. */
  limitSilence(ms: number, reason: string): void {
    this.#timeouts.limitSilence(ms, reason)
  }

  /** From now on nothing is read and nothing times out. */
  stop(): void {
    this.#stopped = true
    this.#splitter.stop()
    this.#timeouts.stop()
  }

  /** Answers all that is left. To be called once the stream is closed. */
  failAll(failure: KafkaError): void {
    const { options, peer } = this.#deps
    const closed = connectionClosed(failure)
    for (const request of this.#requests.takeAll()) {
      const late = request.written && request.deadline <= this.#timeouts.expiredAt
      const detail = `${peer} did not answer ${request.apiName} within ${options.requestTimeoutMs} ms`
      this.#failed(request, late ? new KafkaError('REQUEST_TIMEOUT', detail) : closed)
    }
  }

  #sendNow(request: InFlightRequest): void {
    if (!this.#stopped) return this.#writer.write([request])
    const { peer } = this.#deps
    const closed = new KafkaError('CONNECTION_CLOSED', `${peer}: the connection is closed`)
    this.#failed(request, closed)
  }

  #read(chunk: Uint8Array): void {
    try {
      this.#splitter.push(chunk)
    } catch (error) {
      this.#fail('MALFORMED_RESPONSE', `its answer cannot be read: ${reasonOf(error)}`, error)
    }
  }

  #receive(frame: Uint8Array): void {
    const correlationId = new DataView(frame.buffer, frame.byteOffset).getInt32(0)
    const request = this.#requests.match(correlationId)
    if (request === undefined) {
      this.#fail(
        'MALFORMED_RESPONSE',
        `it answered request ${correlationId}, which is not the oldest open one`,
      )
      return
    }
    this.#timeouts.answered()
    this.#used(this.#deps.runtime.now())
    if (request === null) return this.#requests.answered(correlationId)
    request.decode(frame, maxMemoryBytes(this.#deps.options))
    this.#requests.answered(correlationId)
    if (request.throttleMs > 0) this.#events.throttled(request.throttleMs)
    this.#succeeded(request, frame.length + lengthBytes)
  }

  #flushed(request: InFlightRequest): void {
    if (!this.#requests.flushed(request)) return
    this.#timeouts.flushed()
    this.#succeeded(request, 0)
  }

  #succeeded(request: InFlightRequest, bytesReceived: number): void {
    this.#tell(() => request.succeed())
    this.#events.ended(request, bytesReceived, null)
    this.#events.settled()
  }

  #failed(request: InFlightRequest, error: KafkaError): void {
    this.#tell(() => request.fail(error))
    this.#events.ended(request, 0, error.code)
  }

  /** While it is held back, only the connection itself uses it. */
  #used(now: number): void {
    if (!this.#writer.held) this.#lastUsed = now
  }

  #fail(
    code: 'MALFORMED_RESPONSE' | 'CONNECTION_CLOSED' | 'REQUEST_TIMEOUT',
    detail: string,
    cause?: unknown,
  ): void {
    this.#events.failed(new KafkaError(code, `${this.#deps.peer}: ${detail}`, { cause }))
  }

  /** What a caller does with an answer is up to the caller. If it throws, this connection still goes on. */
  #tell(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#deps.runtime.logger.warn(`a listener for an answer threw: ${reasonOf(error)}`)
    }
  }
}

function connectionClosed(failure: KafkaError): KafkaError {
  if (failure.code === 'CONNECTION_CLOSED') return failure
  return new KafkaError('CONNECTION_CLOSED', 'the connection ended before the answer came', {
    cause: failure,
  })
}
