import { type ErrorCode, KafkaError, reasonOf, zeroUuid } from '@sluice/protocol'
import type { ProducerRuntime } from '../runtime.js'
import type { TelemetryChannel, TelemetrySubscription } from '../sending-half/telemetry-channel.js'
import { Pause } from './pause.js'
import { isOfWholeProducer, pushPayload } from './push-payload.js'
import { requestedOf, type TelemetryMetric } from './telemetry-metric.js'
import { Totals } from './totals.js'

/** What a reporter needs. */
export interface TelemetryReporterDeps {
  readonly channel: TelemetryChannel
  /** The figures as they are now. */
  metrics(): readonly TelemetryMetric[]
  /** What is true of the client, such as `{ client_rack: 'a' }`. */
  readonly resource: Readonly<Record<string, string>>
  readonly runtime: ProducerRuntime
}

/** Of a client that knows no other interval, as in Kafka's `ClientTelemetryReporter`. */
const defaultIntervalMs = 300_000
/** The shortest that Kafka can be configured with. A broker that names a shorter one is not followed. */
const shortestIntervalMs = 100
/** After a refusal that another question does not mend. */
const refusedMs = 1_800_000

/** The cluster wants other metrics than it has wanted. */
const renewing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UNKNOWN_SUBSCRIPTION_ID',
  'UNSUPPORTED_COMPRESSION_TYPE',
])
/** The next push may be taken, as after errors that can be retried. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'SENDER_THREAD_DIED',
  'TELEMETRY_TOO_LARGE',
  'THROTTLING_QUOTA_EXCEEDED',
])

/**
 * Tells the cluster how this producer does, as far as the cluster asks for it (KIP-714, Kafka's `ClientTelemetryReporter`):
 * asks which metrics are wanted, pushes them at the interval that the cluster names, and asks again when that has changed.
 * Nothing that goes wrong here does any harm but to the telemetry.
 */
export class TelemetryReporter {
  readonly #deps: TelemetryReporterDeps
  readonly #pause: Pause
  readonly #totals: Totals
  #clientInstanceId = zeroUuid
  /** What is wanted now; null while that is not known, and where nothing is. */
  #subscription: TelemetrySubscription | null = null
  #intervalMs = defaultIntervalMs
  #toldOfSize = false
  /** Counts the push that is not answered yet as taken; null while there is none. */
  #takeUnanswered: (() => void) | null = null
  #ended = false

  constructor(deps: TelemetryReporterDeps) {
    this.#deps = deps
    this.#pause = new Pause(deps.runtime)
    this.#totals = new Totals(deps.runtime.wallClock())
  }

  /** The id that the cluster has given this client; null before. */
  get clientInstanceId(): string | null {
    return this.#clientInstanceId === zeroUuid ? null : this.#clientInstanceId
  }

  /** Resolves after `end`. It never rejects. */
  async run(): Promise<void> {
    while (!this.#ended) await this.#askAndPush()
  }

  /** Pushes once more, without waiting for an answer, and ends. */
  end(): void {
    this.#ended = true
    this.#pause.end()
    // The cluster most likely takes the push that is under way: its totals would be told twice.
    this.#takeUnanswered?.()
    if (this.#subscription !== null) this.#push(this.#subscription, true).catch(() => {})
  }

  async #askAndPush(): Promise<void> {
    try {
      await this.#follow(await this.#deps.channel.subscribe(this.#clientInstanceId))
    } catch (error) {
      await this.#failed(error)
    }
  }

  /** Pushes what is wanted until something else is. @throws KafkaError what the channel throws */
  async #follow(subscription: TelemetrySubscription): Promise<void> {
    const { clientInstanceId, pushIntervalMs, requestedMetrics } = subscription
    // The answer names the id only to a client that has named none.
    if (clientInstanceId !== zeroUuid) this.#clientInstanceId = clientInstanceId
    this.#intervalMs = intervalOf(pushIntervalMs)
    if (requestedMetrics.length === 0) return this.#pause.for(this.#intervalMs)
    this.#subscription = subscription
    // Clients that have begun together do not push together.
    await this.#pause.for(this.#intervalMs * (0.5 + this.#deps.runtime.random()))
    while (!this.#ended) {
      await this.#pushOrWait(subscription)
      await this.#pause.for(this.#intervalMs)
    }
  }

  /** @throws KafkaError for what the next push will not mend */
  async #pushOrWait(subscription: TelemetrySubscription): Promise<void> {
    try {
      await this.#push(subscription, false)
    } catch (error) {
      if (!isPassing(error)) throw error
      this.#deps.runtime.logger.debug(`metrics were not pushed: ${reasonOf(error)}`)
    }
  }

  /** Up to the request nothing is awaited, so that the last push leaves before the connections close. */
  async #push(subscription: TelemetrySubscription, terminating: boolean): Promise<void> {
    const { deltaTemporality: isDelta, requestedMetrics, subscriptionId } = subscription
    const { channel, resource, runtime } = this.#deps
    const all = this.#deps.metrics()
    const wanted = requestedOf(all, requestedMetrics)
    const atMs = runtime.wallClock()
    const metrics = this.#totals.timed(wanted, isDelta)
    const payload = pushPayload({ metrics, atMs, isDelta, resource }, subscription)
    if (payload === null) return this.#tooLarge(subscription)
    const { ofWholeProducer, ...encoded } = payload
    const told = ofWholeProducer ? wanted.filter(isOfWholeProducer) : wanted
    const ids = { clientInstanceId: this.#clientInstanceId, subscriptionId }
    const taken = (): void => this.#totals.taken(told, all, atMs)
    this.#takeUnanswered = taken
    await channel.push({ ...ids, terminating, ...encoded }).finally(() => {
      this.#takeUnanswered = null
    })
    taken()
  }

  #tooLarge({ telemetryMaxBytes }: TelemetrySubscription): void {
    if (this.#toldOfSize) return
    this.#toldOfSize = true
    this.#deps.runtime.logger.warn(
      `the metrics that the cluster asks for are larger than it takes (telemetry.max.bytes ${telemetryMaxBytes}) and are not pushed; raise it, or ask for fewer metrics`,
    )
  }

  /** What was wanted is not known any more. */
  async #failed(error: unknown): Promise<void> {
    const wasFollowing = this.#subscription !== null
    this.#subscription = null
    if (this.#ended) return
    // Only once in a row: a broker may know no subscription at all.
    if (wasFollowing && error instanceof KafkaError && renewing.has(error.code)) return
    if (isPassing(error)) return this.#pause.for(this.#intervalMs)
    this.#deps.runtime.logger.warn(
      `the metrics of this client cannot be told to the cluster, which is asked again in ${refusedMs / 60_000} minutes: ${reasonOf(error)}; telemetry: false turns this off`,
    )
    await this.#pause.for(refusedMs)
  }
}

/** An interval that is none is a mistake of the broker, as for Kafka's `ClientTelemetryUtils.validateIntervalMs`. */
function intervalOf(pushIntervalMs: number): number {
  return pushIntervalMs > 0 ? Math.max(pushIntervalMs, shortestIntervalMs) : defaultIntervalMs
}

/** A broker that does not answer telemetry in time holds up what is sent behind it, and is not asked again soon. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof KafkaError) || error.code === 'REQUEST_TIMEOUT') return false
  return error.retriable || passing.has(error.code)
}
