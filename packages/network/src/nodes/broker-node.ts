import type { ErrorCode, KafkaError } from '@sluice/protocol'
import type { ConnectionEnd, ConnectionOwner } from '../connection/connection-deps.js'
import type { Connection } from '../connection/connection.js'
import type { InFlightRequest, VersionedApi } from '../connection/in-flight-request.js'
import { observeConnection } from '../connection/observe.js'
import type { NetworkRuntime } from '../runtime.js'
import { sameAddress, type ServerAddress } from '../server-address.js'
import { Throttle } from '../timers/throttle.js'
import { Timer } from '../timers/timer.js'
import { FailureLog } from './failure-log.js'
import type { ReconnectBackoff } from './reconnect-backoff.js'
import { isTlsRefused } from './refused-servers.js'

export interface NodeDeps {
  readonly runtime: NetworkRuntime
  /** Opens a connection. */
  open(address: ServerAddress, owner: ConnectionOwner): Connection
  /** Makes a back-off that has not failed yet. */
  backoff(): ReconnectBackoff
  /** What is done after a failure, for the log. */
  readonly next: string
}

export interface NodeEvents {
  /** The node may take more requests, or fewer, than before. */
  changed(): void
  /** The node could not be reached, or its connection was lost. */
  lost(node: BrokerNode, failure: KafkaError): void
  /** The node keeps a request waiting for long. Called again and again while it does. */
  slow(node: BrokerNode): void
  /** The broker asks to be sent nothing for `ms` from now on. */
  throttled(node: BrokerNode, ms: number): void
}

const authenticationFailures: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'ILLEGAL_SASL_STATE',
  'INVALID_OPTION',
])

/** Whether every other server and every later attempt would fail the same way, so that all that waits must fail now. */
export function isAuthenticationFailure({ code }: KafkaError): boolean {
  return authenticationFailures.has(code)
}

/** One broker: its address, and one connection at a time. Ids below zero are bootstrap servers. */
export class BrokerNode implements ConnectionOwner {
  readonly id: number
  readonly #deps: NodeDeps
  readonly #events: NodeEvents
  readonly #wakeTimer: Timer
  readonly #throttle: Throttle
  readonly #failureLog: FailureLog
  #address: ServerAddress
  #backoff: ReconnectBackoff
  #connection: Connection | null = null
  #unreachable = false
  #authenticationFailure: KafkaError | null = null
  #failure: KafkaError | null = null

  constructor(id: number, address: ServerAddress, deps: NodeDeps, events: NodeEvents) {
    this.id = id
    this.#address = address
    this.#deps = deps
    this.#events = events
    this.#backoff = deps.backoff()
    this.#wakeTimer = new Timer(deps.runtime)
    this.#throttle = new Throttle(deps.runtime, () => this.#throttleOver())
    const { runtime, next } = deps
    this.#failureLog = new FailureLog({ runtime, next, good: `broker ${id}: connected again` })
  }

  get address(): ServerAddress {
    return this.#address
  }

  /** Whether a request may be sent now, as far as the connection is concerned. */
  get ready(): boolean {
    return this.#connection?.ready === true
  }

  get connected(): boolean {
    return this.#connection?.established === true
  }

  get connecting(): boolean {
    return this.#connection?.settingUp === true
  }

  /** For how many milliseconds a connection has been set up; 0 while none is. */
  get connectingMs(): number {
    return this.connecting ? this.#deps.runtime.now() - this.#connection!.openedAt : 0
  }

  /** Whether the last attempt to connect failed before the connection was ready. */
  get unreachable(): boolean {
    return this.#unreachable
  }

  /** Why the last attempt to connect failed, where another one would fail the same way. Null otherwise. */
  get authenticationFailure(): KafkaError | null {
    return this.#authenticationFailure
  }

  /** Why its last connection ended, unless that was on purpose; null once another one is ready. */
  get failure(): KafkaError | null {
    return this.#failure
  }

  /** Whether it keeps a request waiting for long. */
  get slow(): boolean {
    return this.#connection?.slow === true
  }

  /** Whether the broker has asked to be sent nothing for a time that is not over. It outlasts a connection. */
  get throttled(): boolean {
    return this.#throttle.active
  }

  /** For how many more milliseconds the broker is to be sent nothing. */
  get throttledMs(): number {
    return this.#throttle.leftMs
  }

  /** Whether a request can be sent now or soon, and would be read then. */
  get usable(): boolean {
    return this.connected && !this.throttled && !this.slow
  }

  get inFlight(): number {
    return this.#connection?.inFlight ?? 0
  }

  /** The number of its connection; 0 while it has none that is set up. */
  get connectionId(): number {
    return this.connected ? this.#connection!.id : 0
  }

  /** Whether its broker has the API, in a version that the client speaks. */
  speaks(api: VersionedApi): boolean {
    return this.connected && this.#connection!.versions!.speaks(api)
  }

  get remote(): Connection['remote'] {
    return this.#connection?.remote
  }

  /**
   * Starts to connect, unless that is under way or done. Before the back-off is over it only makes sure that
   * `changed` is called when it ends.
   * @returns whether a connection is being set up now
   */
  connect(): boolean {
    if (this.#connection !== null) return this.connecting
    const leftMs = this.#backoff.leftMs
    if (leftMs > 0) {
      if (!this.#wakeTimer.running) this.#wakeTimer.start(leftMs, () => this.#events.changed())
      return false
    }
    this.#authenticationFailure = null
    this.#connection = this.#deps.open(this.#address, this)
    return true
  }

  /** Only while `connected`. */
  queue(request: InFlightRequest): void {
    this.#connection!.queue(request)
  }

  flush(): void {
    this.#connection?.flush()
  }

  /**
   * The broker listens at this address now. Requests in flight at the old one may still be answered.
   * @returns whether that is another address than before
   */
  moveTo(address: ServerAddress): boolean {
    if (sameAddress(address, this.#address)) return false
    this.#address = address
    this.#unreachable = false
    this.#failure = null
    this.#authenticationFailure = null
    this.#backoff = this.#deps.backoff()
    this.#connection?.retire()
    return true
  }

  /** Takes over the connection of another node that is the same broker. */
  adoptFrom(other: BrokerNode): void {
    const connection = other.#connection
    if (connection === null || this.#connection !== null) return
    other.#connection = null
    this.#connection = connection
    connection.owner = this
    observeConnection(this.#deps.runtime, connection, 'identified')
    this.#unreachable = false
    this.#authenticationFailure = null
    this.#backoff.succeeded()
    this.#failureLog.over()
    this.throttle(other.throttledMs)
  }

  /** The broker is to be sent nothing for `ms` from now on. */
  throttle(ms: number): void {
    this.#throttle.extend(ms)
  }

  /** The node gets no more requests. */
  retire(): void {
    this.#wakeTimer.stop()
    this.#throttle.stop()
    this.#connection?.throttleOver()
    this.#connection?.retire()
  }

  fail(failure: KafkaError): void {
    this.#connection?.close(failure, false)
  }

  connectionChanged(): void {
    if (!this.connected) return
    this.#unreachable = false
    this.#failure = null
    this.#backoff.succeeded()
    this.#failureLog.over()
    this.#events.changed()
  }

  connectionSlow(): void {
    this.#events.slow(this)
  }

  connectionThrottled(ms: number): void {
    this.#events.throttled(this, ms)
  }

  connectionClosed({ failure, wasReady, onPurpose }: ConnectionEnd): void {
    this.#connection = null
    if (!onPurpose) {
      // The failure of a bootstrap server is told with its round.
      if (this.id >= 0) this.#failureLog.failed(`broker ${this.id}: ${failure.message}`)
      this.#failure = failure
      this.#backoff.failed()
      this.#unreachable = !wasReady
      if (!wasReady && (isAuthenticationFailure(failure) || isTlsRefused(failure)))
        this.#authenticationFailure = failure
      this.#events.lost(this, failure)
    }
    this.#events.changed()
  }

  #throttleOver(): void {
    this.#connection?.throttleOver()
    this.#events.changed()
  }
}
