import { KafkaError } from '@sluice/protocol'
import { insecureSasl } from '../errors.js'
import type { SaslContext, SaslMechanism } from '../sasl-mechanism.js'
import { PatientTimer } from '../timers/patient-timer.js'
import { Session } from '../timers/session.js'
import { Authenticator } from './authenticator.js'
import type { Channel } from './channel.js'
import type { ChannelDeps } from './connection-deps.js'

export interface AuthenticationDeps extends ChannelDeps {
  readonly channel: Channel
}

export interface AuthenticationEvents {
  /** Whether the broker may be asked to authenticate the connection again now: it must not be throttling the client. */
  mayBegin(): boolean
  /** The connection is authenticated once more, and the channel goes on. */
  renewed(): void
  /** The connection is not authenticated any more, and of no use. */
  failed(error: unknown): void
}

/**
 * Keeps one connection authenticated. Before its session ends, queued requests are held back until those in flight are
 * answered and the mechanism has run once more on the same connection (KIP-368): no other request comes in between.
 */
export class Authentication {
  readonly #deps: AuthenticationDeps
  readonly #events: AuthenticationEvents
  readonly #authenticator: Authenticator
  readonly #session: Session
  readonly #timer: PatientTimer
  #state: 'authenticated' | 'waiting for quiet' | 'renewing' = 'authenticated'
  #stopped = false

  /** @throws KafkaError INVALID_OPTION for a mechanism that would show its secret to everybody on the way */
  constructor(
    mechanism: SaslMechanism,
    context: SaslContext,
    deps: AuthenticationDeps,
    events: AuthenticationEvents,
  ) {
    const { runtime, options, peer } = deps
    if (mechanism.needsEncryption && !context.encrypted && !options.allowInsecureSasl)
      throw insecureSasl(mechanism.name, peer)
    this.#deps = deps
    this.#events = events
    this.#authenticator = new Authenticator(mechanism, context, peer)
    this.#session = new Session(runtime, () => this.#end())
    this.#timer = new PatientTimer(runtime, () => events.failed(this.#late()))
  }

  /** Whether the channel is held back until the connection is authenticated again. */
  get pending(): boolean {
    return this.#state !== 'authenticated'
  }

  /** Authenticates. The caller limits the time that this may take. */
  async run(): Promise<void> {
    const { channel, runtime } = this.#deps
    const since = runtime.now()
    const lifetimeMs = await this.#authenticator.run(channel)
    if (!this.#stopped) this.#session.start(lifetimeMs, since)
  }

  /**
   * Authenticates again if it is time for that, and possible now. To be called whenever a request has ended, and when the
   * broker throttles no longer: meanwhile it would not read, and the limit would run.
   */
  goOn(): void {
    if (this.#state !== 'waiting for quiet' || !this.#deps.channel.quiet) return
    if (!this.#events.mayBegin()) return
    this.#state = 'renewing'
    this.#timer.start(this.#deps.options.connectionSetupTimeoutMs)
    this.run().then(
      () => this.#renewed(),
      (error: unknown) => this.#events.failed(error),
    )
  }

  stop(): void {
    this.#stopped = true
    this.#session.stop()
    this.#timer.stop()
  }

  #end(): void {
    this.#state = 'waiting for quiet'
    this.#deps.channel.hold()
    this.goOn()
  }

  #renewed(): void {
    if (this.#stopped) return
    this.#timer.stop()
    this.#state = 'authenticated'
    this.#deps.channel.release()
    this.#events.renewed()
  }

  #late(): KafkaError {
    const { options, peer } = this.#deps
    const detail = `the connection was not authenticated again within ${options.connectionSetupTimeoutMs} ms`
    return new KafkaError('CONNECTION_FAILED', `${peer}: ${detail}`)
  }
}
