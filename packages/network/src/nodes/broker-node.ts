import type { KafkaError } from '@sluice/protocol'
import type { ConnectionEnd, ConnectionOwner } from '../connection/connection-owner.js'
import type { Connection } from '../connection/connection.js'
import type { Exchange } from '../connection/in-flight-request.js'
import type { NetworkRuntime } from '../runtime.js'
import { sameAddress, type ServerAddress } from '../server-address.js'
import type { ReconnectBackoff } from './reconnect-backoff.js'
import { isRefusal } from './refusal.js'

export interface NodeSurroundings {
  readonly runtime: NetworkRuntime
  open(address: ServerAddress, owner: ConnectionOwner): Connection
  backoff(): ReconnectBackoff
  /** A node may be asked for more, or for less, than before. */
  changed(): void
  /** It could not be reached, or its connection was lost. */
  lost(node: BrokerNode, failure: KafkaError): void
  /** It keeps a request waiting for long; told again while it does. */
  stalled(node: BrokerNode): void
}

/** One broker: where it listens, and its connection, one at a time. Ids below zero are bootstrap servers. */
export class BrokerNode implements ConnectionOwner {
  readonly id: number
  readonly #surroundings: NodeSurroundings
  #address: ServerAddress
  #backoff: ReconnectBackoff
  #connection: Connection | null = null
  #unreachable = false
  #refusal: KafkaError | null = null
  #failure: KafkaError | null = null
  #wake: unknown

  constructor(id: number, address: ServerAddress, surroundings: NodeSurroundings) {
    this.id = id
    this.#address = address
    this.#surroundings = surroundings
    this.#backoff = surroundings.backoff()
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

  /** Whether the last attempt failed before it came to serve. */
  get unreachable(): boolean {
    return this.#unreachable
  }

  /** Why the last attempt failed, where another one would fail the same way. */
  get refusal(): KafkaError | null {
    return this.#refusal
  }

  /** Why its last connection ended, unless that was on purpose. */
  get failure(): KafkaError | null {
    return this.#failure
  }

  /** Whether it keeps a request waiting for long. */
  get stalled(): boolean {
    return this.#connection?.stalled === true
  }

  get inFlight(): number {
    return this.#connection?.inFlight ?? 0
  }

  /** 0 while there is none that serves. */
  get connectionId(): number {
    return this.connected ? this.#connection!.id : 0
  }

  get remote(): Connection['remote'] {
    return this.#connection?.remote
  }

  /**
   * Starts to connect, unless that is under way or done. Before the back-off is over it only sees to it that its end
   * is told.
   * @returns whether a connection is being set up now
   */
  connect(): boolean {
    if (this.#connection !== null) return this.connecting
    const leftMs = this.#backoff.leftMs
    if (leftMs > 0) {
      this.#wakeIn(leftMs)
      return false
    }
    this.#refusal = null
    this.#connection = this.#surroundings.open(this.#address, this)
    return true
  }

  /** Only while `connected`. */
  queue(exchange: Exchange): void {
    this.#connection!.queue(exchange)
  }

  flush(): void {
    this.#connection?.flush()
  }

  /**
   * The broker listens here now; what is in flight at the old place may still be answered.
   * @returns whether that is another place than before
   */
  moveTo(address: ServerAddress): boolean {
    if (sameAddress(address, this.#address)) return false
    this.#address = address
    this.#unreachable = false
    this.#refusal = null
    this.#backoff = this.#surroundings.backoff()
    this.#connection?.retire()
    return true
  }

  /** Takes over the connection of another node: both are the same broker. */
  adoptFrom(other: BrokerNode): void {
    const connection = other.#connection
    if (connection === null || this.#connection !== null) return
    other.#connection = null
    this.#connection = connection
    connection.owner = this
    this.#unreachable = false
    this.#refusal = null
    this.#backoff.succeeded()
  }

  /** Will not be asked any more. */
  retire(): void {
    this.#stopWaking()
    this.#connection?.retire()
  }

  fail(failure: KafkaError): void {
    this.#connection?.close(failure, false)
  }

  connectionChanged(): void {
    if (!this.connected) return
    this.#unreachable = false
    this.#backoff.succeeded()
    this.#surroundings.changed()
  }

  connectionStalled(): void {
    this.#surroundings.stalled(this)
  }

  connectionClosed({ failure, wasReady, onPurpose }: ConnectionEnd): void {
    this.#connection = null
    if (!onPurpose) {
      this.#log(failure)
      this.#failure = failure
      this.#backoff.failed()
      this.#unreachable = !wasReady
      if (!wasReady && isRefusal(failure)) this.#refusal = failure
      this.#surroundings.lost(this, failure)
    }
    this.#surroundings.changed()
  }

  /** A broker that stays away is one line, not one for each attempt. */
  #log(failure: KafkaError): void {
    const { logger } = this.#surroundings.runtime
    const name = this.id < 0 ? 'bootstrap server' : `broker ${this.id}`
    logger[this.id < 0 || this.#unreachable ? 'debug' : 'warn'](`${name}: ${failure.message}`)
  }

  #wakeIn(ms: number): void {
    if (this.#wake !== undefined) return
    this.#wake = this.#surroundings.runtime.setTimeout(() => {
      this.#wake = undefined
      this.#surroundings.changed()
    }, ms)
  }

  #stopWaking(): void {
    if (this.#wake !== undefined) this.#surroundings.runtime.clearTimeout(this.#wake)
    this.#wake = undefined
  }
}
