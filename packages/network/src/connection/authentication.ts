import { KafkaError } from '@sluice/protocol'
import type { SaslContext, SaslMechanism } from '../sasl-mechanism.js'
import { PatientTimer } from '../timers/patient-timer.js'
import { Session } from '../timers/session.js'
import { Authenticator } from './authenticator.js'
import type { ChannelSettings } from './channel-surroundings.js'
import type { Channel } from './channel.js'

export interface AuthenticationSurroundings extends ChannelSettings {
  readonly channel: Channel
}

export interface AuthenticationEvents {
  /** Authenticated once more: the channel goes on. */
  renewed(): void
  /** Not authenticated any more: the connection is of no use. */
  failed(error: unknown): void
}

/**
 * Keeps one connection authenticated. Before its session ends, what is queued is held back until what is in flight is
 * answered and the mechanism has run once more on the same connection (KIP-368): nothing comes in between.
 */
export class Authentication {
  readonly #surroundings: AuthenticationSurroundings
  readonly #events: AuthenticationEvents
  readonly #authenticator: Authenticator
  readonly #session: Session
  readonly #timer: PatientTimer
  #state: 'authenticated' | 'waiting for quiet' | 'renewing' = 'authenticated'
  #stopped = false

  /** @throws KafkaError INVALID_OPTION for a secret that anybody could read along */
  constructor(
    mechanism: SaslMechanism,
    context: SaslContext,
    surroundings: AuthenticationSurroundings,
    events: AuthenticationEvents,
  ) {
    const { runtime, options, peer } = surroundings
    if (mechanism.needsEncryption && !context.encrypted && !options.allowInsecureSasl)
      throw insecure(mechanism.name, `to ${peer}`)
    this.#surroundings = surroundings
    this.#events = events
    this.#authenticator = new Authenticator(mechanism, context, peer)
    this.#session = new Session(runtime, () => this.#end())
    this.#timer = new PatientTimer(runtime, () => events.failed(this.#late()))
  }

  /** Whether the channel waits for it. */
  get pending(): boolean {
    return this.#state !== 'authenticated'
  }

  /** Authenticates; whoever calls sees to it that this does not take for ever. */
  async run(): Promise<void> {
    const { channel, runtime } = this.#surroundings
    const since = runtime.now()
    const lifetimeMs = await this.#authenticator.run(channel)
    if (!this.#stopped) this.#session.start(lifetimeMs, since)
  }

  /** To be called whenever a request is done with. */
  channelSettled(): void {
    if (this.#state !== 'waiting for quiet' || !this.#surroundings.channel.quiet) return
    this.#state = 'renewing'
    this.#timer.start(this.#surroundings.options.connectionSetupTimeoutMs)
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
    this.#surroundings.channel.hold()
    this.channelSettled()
  }

  #renewed(): void {
    if (this.#stopped) return
    this.#timer.stop()
    this.#state = 'authenticated'
    this.#surroundings.channel.release()
    this.#events.renewed()
  }

  #late(): KafkaError {
    const { options, peer } = this.#surroundings
    const detail = `the connection was not authenticated again within ${options.connectionSetupTimeoutMs} ms`
    return new KafkaError('CONNECTION_FAILED', `${peer}: ${detail}`)
  }
}

/** @param where - to whom, if that is known */
export function insecure(mechanism: string, where: string): KafkaError {
  return new KafkaError(
    'INVALID_OPTION',
    `sasl: ${mechanism} would send its secret ${where} for everybody on the way to read; use tls, or another mechanism, or set allowInsecureSasl: true`,
  )
}
