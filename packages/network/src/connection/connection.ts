import { type ErrorCode, KafkaError, reasonOf } from '@sluice/protocol'
import { asKafkaError } from '../errors.js'
import { formatAddress, type ServerAddress } from '../server-address.js'
import { createAbortController } from '../timers/abort-controller.js'
import { IdleWatch } from '../timers/idle-watch.js'
import { MutedTime } from '../timers/muted-time.js'
import { PatientTimer } from '../timers/patient-timer.js'
import { obeyedMs } from '../timers/throttle.js'
import type { ByteStream } from '../transport.js'
import { Authentication } from './authentication.js'
import { Channel } from './channel.js'
import type { ConnectionDeps, ConnectionEnd, ConnectionOwner } from './connection-deps.js'
import type { InFlightRequest } from './in-flight-request.js'
import { observeConnection, observeRequest } from './observe.js'
import { agreeOnVersions, type BrokerVersions, OpeningVersion } from './version-agreement.js'
import { closeHint, setUpCode } from './wrong-peer.js'

/** What is missing when the set-up takes too long. */
const awaited = {
  connecting: 'the connection was not open',
  agreeing: 'ApiVersions was not answered',
  authenticating: 'the connection was not authenticated',
} as const

/**
 * One connection from its set-up to its end: the stream, the agreement on versions, authentication, throttling,
 * idleness. Anything that goes wrong ends it, and every request on it is answered then.
 */
export class Connection {
  /** Changes when the broker at the other end turns out to be one that the client knows. */
  owner: ConnectionOwner
  readonly id: number
  readonly address: ServerAddress
  /** When it was begun, monotonic ms. */
  readonly openedAt: number
  readonly #deps: ConnectionDeps
  readonly #released: () => void
  readonly #peer: string
  readonly #setupTimer: PatientTimer
  readonly #idleWatch: IdleWatch
  readonly #mutedTime: MutedTime
  readonly #abort = createAbortController()
  #phase: 'connecting' | 'agreeing' | 'authenticating' | 'ready' | 'closing' | 'closed' =
    'connecting'
  #stream: ByteStream | undefined
  #channel: Channel | undefined
  #versions: BrokerVersions | null = null
  #authentication: Authentication | null = null
  #answersToGetReady = 0
  #retiring = false
  #end: ConnectionEnd | undefined

  /** @param released - called once, when the stream is closed and everything on it is answered */
  constructor(
    id: number,
    address: ServerAddress,
    deps: ConnectionDeps,
    owner: ConnectionOwner,
    released: () => void,
  ) {
    const { runtime, options } = deps
    this.id = id
    this.address = address
    this.owner = owner
    this.openedAt = runtime.now()
    this.#deps = deps
    this.#released = released
    this.#peer = formatAddress(address)
    this.#setupTimer = new PatientTimer(runtime, () => this.#setupExpired())
    this.#idleWatch = new IdleWatch(
      runtime,
      options.connectionsMaxIdleMs,
      () => this.#channel!.lastUsed,
      () => this.#idle(),
    )
    this.#mutedTime = new MutedTime(runtime)
    this.#setupTimer.start(options.connectionSetupTimeoutMs)
    observeConnection(runtime, this, 'connecting')
    void this.#connect()
  }

  /** Whether a request may be sent now. */
  get ready(): boolean {
    if (!this.established || this.#retiring || this.owner.throttled) return false
    return this.#channel!.writable && this.#authentication?.pending !== true
  }

  /** Whether it is set up and not closing: it is `ready`, or will soon be ready again. */
  get established(): boolean {
    return this.#phase === 'ready'
  }

  get settingUp(): boolean {
    return ['connecting', 'agreeing', 'authenticating'].includes(this.#phase)
  }

  /** How many requests are unanswered, without the client's own. */
  get inFlight(): number {
    return this.#channel?.inFlight ?? 0
  }

  /** Whether the broker keeps a request waiting for long. */
  get slow(): boolean {
    return this.#channel?.slow === true
  }

  /** What the broker speaks; null before it has said so. */
  get versions(): BrokerVersions | null {
    return this.#versions
  }

  /** The other end of the stream, where the stream knows it. */
  get remote(): ByteStream['remote'] {
    return this.#stream?.remote
  }

  /** Only while `established`. */
  queue(request: InFlightRequest): void {
    this.#channel!.queue(request)
  }

  flush(): void {
    if (!this.established) return
    this.#channel!.flush()
    this.#closeIfRetired()
  }

  /** The broker may be sent requests again. */
  throttleOver(): void {
    this.#authentication?.goOn()
  }

  /** Closes once nothing has come for `ms`, unless the broker answers all that it owes now. */
  closeIfSilent(ms: number, reason: string): void {
    if (this.established) this.#channel!.limitSilence(ms, reason)
  }

  /** Takes no more requests, and closes as soon as those in flight are answered. */
  retire(): void {
    this.#retiring = true
    this.#closeIfRetired()
  }

  /** Closes now. Requests in flight are answered once the stream is closed and reads their bytes no more. */
  close(failure: KafkaError, onPurpose: boolean): void {
    if (this.#end !== undefined) return
    this.#end = { failure, wasReady: this.established, onPurpose }
    this.#phase = 'closing'
    const parts = [this.#setupTimer, this.#idleWatch, this.#authentication, this.#channel]
    for (const part of parts) part?.stop()
    this.#abort.abort(failure)
    if (this.#stream === undefined) this.#finish()
    else this.#stream.destroy()
  }

  async #connect(): Promise<void> {
    const { host, port } = this.address
    // A transport may throw at once, but the owner must have this connection before it can end.
    await Promise.resolve()
    if (this.#phase !== 'connecting') return
    try {
      const stream = await this.#deps.transport.connect({
        host,
        port,
        signal: this.#abort.signal,
      })
      if (this.#phase === 'connecting') this.#attach(stream)
      else stream.destroy()
    } catch (error) {
      if (error instanceof KafkaError) this.close(error, false)
      else this.#fail(setUpCode(error), reasonOf(error), error)
    }
  }

  #attach(stream: ByteStream): void {
    const { runtime, options } = this.#deps
    this.#phase = 'agreeing'
    this.#stream = stream
    stream.onClose((error) => this.#streamClosed(error))
    const deps = { runtime, options, peer: this.#peer }
    this.#channel = new Channel(stream, new OpeningVersion(), deps, {
      failed: (failure) => this.close(failure, false),
      drained: () => this.owner.connectionChanged(),
      throttled: (ms) => this.#throttled(ms),
      ended: (request, bytes, errorCode) =>
        observeRequest(runtime, this, request, bytes, errorCode),
      settled: () => this.#settled(),
      slow: () => this.owner.connectionSlow(),
    })
    void this.#establish(stream, this.#channel)
  }

  async #establish(stream: ByteStream, channel: Channel): Promise<void> {
    try {
      this.#authentication = this.#authenticationOver(stream, channel)
      this.#versions = await agreeOnVersions(channel)
      if (this.#phase === 'agreeing') this.#phase = 'authenticating'
      await this.#authentication?.run()
    } catch (error) {
      this.close(asKafkaError(error, this.#peer), false)
    }
    if (this.#phase === 'authenticating') this.#serve(channel)
  }

  /** Null where connections are not authenticated. */
  #authenticationOver(stream: ByteStream, channel: Channel): Authentication | null {
    const { sasl, options, runtime } = this.#deps
    if (sasl === null) return null
    const context = { ...this.address, encrypted: stream.encrypted }
    const deps = { channel, options, runtime, peer: this.#peer }
    return new Authentication(sasl, context, deps, {
      mayBegin: () => !this.owner.throttled,
      renewed: () => this.#renewed(),
      failed: (error) => this.close(asKafkaError(error, this.#peer), false),
    })
  }

  #serve(channel: Channel): void {
    channel.trust()
    this.#phase = 'ready'
    this.#answersToGetReady = channel.answers
    this.#setupTimer.stop()
    this.#idleWatch.start()
    this.#deps.learnFeatures(this.#versions!.features)
    observeConnection(this.#deps.runtime, this, 'ready')
    this.owner.connectionChanged()
  }

  #renewed(): void {
    this.owner.connectionChanged()
    this.#closeIfRetired()
  }

  #settled(): void {
    this.#authentication?.goOn()
    this.#closeIfRetired()
  }

  /** The broker does not read while it throttles the client, so what it has not read is not late. */
  #throttled(ms: number): void {
    const obeyed = obeyedMs(ms)
    const longerBy = this.#mutedTime.extend(obeyed)
    this.#channel!.extendDeadlines(longerBy)
    this.#setupTimer.extend(longerBy)
    this.owner.connectionThrottled(obeyed)
  }

  #setupExpired(): void {
    const ms = this.#deps.options.connectionSetupTimeoutMs
    this.#fail(
      'CONNECTION_FAILED',
      `${awaited[this.#phase as keyof typeof awaited]} within ${ms} ms`,
    )
  }

  #idle(): void {
    if (!this.#channel!.empty) return
    const ms = this.#deps.options.connectionsMaxIdleMs
    this.close(new KafkaError('CONNECTION_CLOSED', `${this.#peer}: unused for ${ms} ms`), true)
  }

  #closeIfRetired(): void {
    if (!this.#retiring || (this.established && !this.#channel!.empty)) return
    this.close(new KafkaError('CONNECTION_CLOSED', `${this.#peer}: no longer needed`), true)
  }

  #streamClosed(error: Error | undefined): void {
    if (this.#end === undefined) {
      const how = error === undefined ? 'the peer closed the connection' : reasonOf(error)
      const { answers } = this.#channel!
      const served = answers > this.#answersToGetReady || this.#authentication !== null
      const code = answers === 0 ? setUpCode(error) : 'CONNECTION_CLOSED'
      this.#fail(code, `${how}${closeHint(answers, served, this.#stream!.encrypted, error)}`, error)
    }
    this.#finish()
  }

  #fail(code: ErrorCode, detail: string, cause?: unknown): void {
    this.close(new KafkaError(code, `${this.#peer}: ${detail}`, { cause }), false)
  }

  #finish(): void {
    if (this.#phase === 'closed') return
    const end = this.#end as ConnectionEnd
    this.#phase = 'closed'
    this.owner.connectionClosed(end)
    this.#channel?.failAll(end.failure)
    const { failure, onPurpose } = end
    observeConnection(this.#deps.runtime, this, 'closed', onPurpose ? null : failure.code)
    this.#released()
  }
}
