import { KafkaError } from '@sluice/protocol'
import { maxMemoryBytes } from '../options.js'
import { asKafkaError, reasonOf } from '../reason.js'
import type { ByteStream } from '../transport.js'
import type { ChannelEvents, ChannelSettings } from './channel-surroundings.js'
import { FrameSplitter } from './frame-splitter.js'
import type { Exchange, VersionChoice } from './in-flight-request.js'
import { InFlightRequests } from './in-flight-requests.js'
import { Patience } from './request-timeouts.js'
import { describeBadLength } from './wrong-peer.js'

/** Before a peer has shown that it is a broker, it may not send more than this at once. */
const maxOpeningBytes = 65_536

/** Requests out, answers in, over one stream: framing, the order of answers, and how long one may take. */
export class Channel {
  versions: VersionChoice
  readonly #stream: ByteStream
  readonly #settings: ChannelSettings
  readonly #events: ChannelEvents
  readonly #requests = new InFlightRequests()
  readonly #splitter: FrameSplitter
  readonly #patience: Patience
  #writable = true
  #held = false
  #stopped = false
  #lastUsed: number

  constructor(
    stream: ByteStream,
    versions: VersionChoice,
    settings: ChannelSettings,
    events: ChannelEvents,
  ) {
    this.versions = versions
    this.#stream = stream
    this.#settings = settings
    this.#events = events
    this.#lastUsed = settings.runtime.now()
    this.#patience = new Patience(settings, this.#requests, {
      stalled: () => events.stalled(),
      exhausted: (code, detail) => this.#fail(code, detail),
    })
    this.#splitter = new FrameSplitter(
      maxOpeningBytes,
      (frame) => this.#receive(frame),
      (length, limit) => this.#fail('MALFORMED_RESPONSE', describeBadLength(length, limit)),
    )
    stream.onData((chunk) => this.#read(chunk))
    stream.onDrain(() => this.#drained())
  }

  get writable(): boolean {
    return this.#writable
  }

  /** How many answers the peer has given. */
  get answers(): number {
    return this.#patience.answers
  }

  /** When it was last used by others than the connection itself. */
  get lastUsed(): number {
    return this.#lastUsed
  }

  /** Unanswered requests, without the client's own. */
  get inFlight(): number {
    return this.#requests.count
  }

  get empty(): boolean {
    return this.#requests.empty
  }

  /** Whether the oldest request has waited long. */
  get stalled(): boolean {
    return this.#patience.stalled
  }

  /** The peer is a broker: it may send answers of the full length. */
  trust(): void {
    this.#splitter.limit = this.#settings.options.maxResponseBytes
  }

  /** Whether nothing is on its way in either direction. */
  get quiet(): boolean {
    return this.#requests.quiet
  }

  /** What is queued waits, until `release`. */
  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    this.flush()
  }

  queue(exchange: Exchange): void {
    this.#requests.queue(exchange)
  }

  /** Writes this at once, held or not, ahead of what is queued. */
  sendNow(exchange: Exchange): void {
    if (!this.#stopped) return this.#transmit([exchange])
    const { peer } = this.#settings
    exchange.fail(new KafkaError('CONNECTION_CLOSED', `${peer}: the connection is closed`))
  }

  /** Writes all that is queued in one vectored write. */
  flush(): void {
    if (this.#held) return
    const queued = this.#requests.takeQueued()
    if (queued.length > 0) this.#transmit(queued)
  }

  extendDeadlines(ms: number): void {
    this.#requests.extendDeadlines(ms)
  }

  /** Fails with this reason once nothing has come for `ms`, unless the peer answers all that it owes now. */
  limitSilence(ms: number, reason: string): void {
    this.#patience.limitSilence(ms, reason)
  }

  /** Reads no more and times nothing out any more. */
  stop(): void {
    this.#stopped = true
    this.#splitter.stop()
    this.#patience.stop()
  }

  /** Once the stream is closed: answers all that is left. */
  failAll(failure: KafkaError): void {
    const { options, peer } = this.#settings
    const closed = connectionClosed(failure)
    for (const exchange of this.#requests.takeAll()) {
      const late = exchange.written && exchange.deadline <= this.#patience.judgedAt
      const detail = `${peer} did not answer ${exchange.apiName} within ${options.requestTimeoutMs} ms`
      this.#tell(() => exchange.fail(late ? new KafkaError('REQUEST_TIMEOUT', detail) : closed))
    }
  }

  #transmit(queued: readonly Exchange[]): void {
    const { runtime, options } = this.#settings
    const now = runtime.now()
    const chunks: Uint8Array[] = []
    const refused: { exchange: Exchange; error: KafkaError }[] = []
    for (const exchange of queued) {
      try {
        for (const chunk of this.#encode(exchange)) chunks.push(chunk)
        this.#requests.sent(exchange, now + options.requestTimeoutMs)
      } catch (error) {
        this.#requests.dropped(exchange)
        refused.push({
          exchange,
          error: asKafkaError(error, `${exchange.apiName} could not be written`),
        })
      }
    }
    this.#used(now)
    if (chunks.length > 0) this.#write(chunks, queued)
    // Only now: whoever hears of it may send and flush again, and requests must leave in the order of their ids.
    for (const { exchange, error } of refused) this.#tell(() => exchange.fail(error))
  }

  #encode(exchange: Exchange): Uint8Array[] {
    return exchange.encode(this.versions, this.#requests.nextId, this.#settings.options.clientId)
  }

  #write(chunks: readonly Uint8Array[], exchanges: readonly Exchange[]): void {
    this.#patience.asked()
    const silent = exchanges.filter((exchange) => exchange.written && !exchange.expectsAnswer)
    try {
      this.#writable = this.#stream.write(chunks, (error) => this.#flushed(silent, error))
    } catch (error) {
      this.#fail('CONNECTION_CLOSED', `writing failed: ${reasonOf(error)}`, error)
    }
  }

  #flushed(silent: readonly Exchange[], error: Error | undefined): void {
    if (error !== undefined) {
      this.#fail('CONNECTION_CLOSED', `writing failed: ${reasonOf(error)}`, error)
      return
    }
    for (const exchange of silent) this.#settle(exchange)
  }

  #drained(): void {
    this.#writable = true
    this.#events.drained()
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
    const exchange = this.#requests.match(correlationId)
    if (exchange === undefined) {
      this.#fail(
        'MALFORMED_RESPONSE',
        `it answered request ${correlationId}, which is not the oldest open one`,
      )
      return
    }
    this.#patience.answered()
    this.#used(this.#settings.runtime.now())
    if (exchange === null) return this.#requests.answered(correlationId)
    const throttleMs = exchange.decode(frame, maxMemoryBytes(this.#settings.options))
    this.#requests.answered(correlationId)
    if (throttleMs > 0) this.#events.throttled(throttleMs)
    this.#tell(() => exchange.succeed())
    this.#events.settled()
  }

  /** While it is held only the connection itself uses it. */
  #used(now: number): void {
    if (!this.#held) this.#lastUsed = now
  }

  #settle(exchange: Exchange): void {
    if (!this.#requests.flushed(exchange)) return
    this.#tell(() => exchange.succeed())
    this.#events.settled()
  }

  #fail(
    code: 'MALFORMED_RESPONSE' | 'CONNECTION_CLOSED' | 'REQUEST_TIMEOUT',
    detail: string,
    cause?: unknown,
  ): void {
    this.#events.failed(new KafkaError(code, `${this.#settings.peer}: ${detail}`, { cause }))
  }

  /** An answer is the caller's to deal with; if that throws, this connection still goes on. */
  #tell(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.#settings.runtime.logger.warn(`a listener for an answer threw: ${reasonOf(error)}`)
    }
  }
}

function connectionClosed(failure: KafkaError): KafkaError {
  if (failure.code === 'CONNECTION_CLOSED') return failure
  return new KafkaError('CONNECTION_CLOSED', 'the connection ended before the answer came', {
    cause: failure,
  })
}
