import { apiVersionsApi, type ErrorCode, KafkaError, type ResponseOf } from '@sluice/protocol'
import { Channel } from './channel.js'
import { RequestExchange, type Exchange } from './exchange.js'
import { IdleWatch } from './idle-watch.js'
import { Mute } from './mute.js'
import type { Answer } from './network-client.js'
import type { ResolvedNetworkOptions } from './options.js'
import { PatientTimer } from './patient-timer.js'
import { asKafkaError, reasonOf } from './reason.js'
import type { NetworkRuntime } from './runtime.js'
import { formatAddress, type ServerAddress } from './server-address.js'
import { softwareName, softwareVersion } from './software.js'
import type { ByteStream, Transport } from './transport.js'
import { OpeningVersion } from './version-agreement.js'
import { silentCloseHint } from './wrong-peer.js'

export interface ConnectionEnvironment {
  readonly runtime: NetworkRuntime
  readonly transport: Transport
  readonly options: ResolvedNetworkOptions
}

export interface ConnectionEnd {
  readonly failure: KafkaError
  /** Whether the connection had come as far as serving requests. */
  readonly wasReady: boolean
  /** Closed by us for no fault of the broker. */
  readonly onPurpose: boolean
}

export interface ConnectionOwner {
  /** Became ready, or may take requests again. */
  connectionChanged(): void
  /** Called once, before the requests that are left get their answers. */
  connectionClosed(end: ConnectionEnd): void
}

/**
 * One connection from its set-up to its end: the stream, the agreement on versions, quiet times, idleness. Whatever
 * goes wrong ends it, and every request on it is answered then.
 */
export class Connection {
  /** Who is told; changes when the broker at the other end turns out to be one we know. */
  owner: ConnectionOwner
  readonly id: number
  readonly address: ServerAddress
  readonly #environment: ConnectionEnvironment
  readonly #released: () => void
  readonly #peer: string
  readonly #setupTimer: PatientTimer
  readonly #idleWatch: IdleWatch
  readonly #mute: Mute
  readonly #abort = new AbortController()
  #phase: 'connecting' | 'agreeing' | 'ready' | 'closing' | 'closed' = 'connecting'
  #stream: ByteStream | undefined
  #channel: Channel | undefined
  #retiring = false
  #end: ConnectionEnd | undefined

  /** @param released - called once, when the stream is closed and everything on it is answered */
  constructor(
    id: number,
    address: ServerAddress,
    environment: ConnectionEnvironment,
    owner: ConnectionOwner,
    released: () => void,
  ) {
    const { runtime, options } = environment
    this.id = id
    this.address = address
    this.owner = owner
    this.#environment = environment
    this.#released = released
    this.#peer = formatAddress(address)
    this.#setupTimer = new PatientTimer(runtime, () => this.#setupExpired())
    this.#idleWatch = new IdleWatch(
      runtime,
      options.connectionsMaxIdleMs,
      () => this.#channel!.lastUsed,
      () => this.#idle(),
    )
    this.#mute = new Mute(runtime, () => this.owner.connectionChanged())
    this.#setupTimer.start(options.connectionSetupTimeoutMs)
    void this.#connect()
  }

  /** Whether a request may be sent now. */
  get ready(): boolean {
    return this.established && !this.#retiring && !this.#mute.active && this.#channel!.writable
  }

  /** Set up, and not closing: `ready`, or soon again. */
  get established(): boolean {
    return this.#phase === 'ready'
  }

  get settingUp(): boolean {
    return this.#phase === 'connecting' || this.#phase === 'agreeing'
  }

  /** Unanswered requests, without the client's own. */
  get inFlight(): number {
    return this.#channel?.inFlight ?? 0
  }

  get remote(): ByteStream['remote'] {
    return this.#stream?.remote
  }

  /** Only while `established`. */
  queue(exchange: Exchange): void {
    this.#channel!.queue(exchange)
  }

  flush(): void {
    if (!this.established) return
    this.#channel!.flush()
    this.#closeIfRetired()
  }

  /** Takes no more requests, and closes as soon as those in flight are answered. */
  retire(): void {
    this.#retiring = true
    this.#closeIfRetired()
  }

  /** Closes now. What is in flight is answered once the stream is closed, when nobody reads its bytes any more. */
  close(failure: KafkaError, onPurpose: boolean): void {
    if (this.#end !== undefined) return
    this.#end = { failure, wasReady: this.established, onPurpose }
    this.#phase = 'closing'
    for (const part of [this.#setupTimer, this.#idleWatch, this.#mute, this.#channel]) part?.stop()
    this.#abort.abort(failure)
    if (this.#stream === undefined) this.#finish()
    else this.#stream.destroy()
  }

  async #connect(): Promise<void> {
    const { host, port } = this.address
    // A transport may throw at once; whoever opens this connection must have it before it can end.
    await Promise.resolve()
    if (this.#phase !== 'connecting') return
    try {
      const stream = await this.#environment.transport.connect({
        host,
        port,
        signal: this.#abort.signal,
      })
      if (this.#phase === 'connecting') this.#attach(stream)
      else stream.destroy()
    } catch (error) {
      this.#fail('CONNECTION_FAILED', reasonOf(error), error)
    }
  }

  #attach(stream: ByteStream): void {
    const { runtime, options } = this.#environment
    this.#phase = 'agreeing'
    this.#stream = stream
    stream.onClose((error) => this.#streamClosed(error))
    this.#channel = new Channel(
      stream,
      new OpeningVersion(),
      { runtime, options, peer: this.#peer },
      {
        failed: (failure) => this.close(failure, false),
        drained: () => this.owner.connectionChanged(),
        throttled: (ms) => this.#throttled(ms),
        settled: () => this.#closeIfRetired(),
      },
    )
    this.#askVersions(this.#channel, new OpeningVersion())
  }

  #askVersions(channel: Channel, opening: OpeningVersion): void {
    const request = {
      api: apiVersionsApi,
      build: () => ({ clientSoftwareName: softwareName, clientSoftwareVersion: softwareVersion }),
      expectsAnswer: true,
    }
    channel.versions = opening
    channel.queue(
      new RequestExchange(request, (answer) => this.#agree(channel, opening, answer), true),
    )
    channel.flush()
  }

  #agree(
    channel: Channel,
    opening: OpeningVersion,
    answer: Answer<ResponseOf<typeof apiVersionsApi>>,
  ): void {
    if (answer.response === null) return // the connection ends, and says why
    try {
      const next = opening.next(answer.response)
      if (next instanceof OpeningVersion) return this.#askVersions(channel, next)
      channel.versions = next
    } catch (error) {
      this.close(asKafkaError(error, this.#peer), false)
      return
    }
    channel.trust()
    this.#phase = 'ready'
    this.#setupTimer.stop()
    this.#idleWatch.start()
    this.owner.connectionChanged()
  }

  #throttled(ms: number): void {
    const longerBy = this.#mute.extend(ms)
    // The broker does not read while it keeps us waiting, so what it has not read is not late.
    if (longerBy > 0) this.#channel!.extendDeadlines(longerBy)
  }

  #setupExpired(): void {
    const ms = this.#environment.options.connectionSetupTimeoutMs
    const missing =
      this.#phase === 'connecting' ? 'the connection was not open' : 'ApiVersions was not answered'
    this.#fail('CONNECTION_FAILED', `${missing} within ${ms} ms`)
  }

  #idle(): void {
    if (!this.#channel!.empty) return
    const ms = this.#environment.options.connectionsMaxIdleMs
    this.close(new KafkaError('CONNECTION_CLOSED', `${this.#peer}: unused for ${ms} ms`), true)
  }

  #closeIfRetired(): void {
    if (!this.#retiring || this.#channel?.empty === false) return
    this.close(new KafkaError('CONNECTION_CLOSED', `${this.#peer}: no longer needed`), true)
  }

  #streamClosed(error: Error | undefined): void {
    if (this.#end === undefined) {
      const how = error === undefined ? 'the peer closed the connection' : reasonOf(error)
      if (this.#channel!.heard) this.#fail('CONNECTION_CLOSED', how, error)
      else this.#fail('CONNECTION_FAILED', `${how}; ${silentCloseHint}`, error)
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
    this.#released()
  }
}
