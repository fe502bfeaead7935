import { type ErrorCode, type pushTelemetryApi, type RequestOf, zeroUuid } from '@sluice/protocol'
import type { EmbeddedTelemetryPush, TelemetrySubscription } from '../telemetry-options.js'

/** What the cluster knows of one client. */
interface ClientInstance {
  readonly id: string
  /** When it asked and pushed last, in monotonic ms. */
  askedAt: number
  pushedAt: number
  /** Whether the client may come before the interval is over: it was told that it must ask again. */
  mustAsk: boolean
  terminated: boolean
}

type Push = RequestOf<typeof pushTelemetryApi>

/** What the metrics need from the cluster. */
export interface ClientMetricsDeps {
  /** Monotonic milliseconds. */
  now(): number
  /** Makes the id of a client. */
  newId(): string
}

/** Asks clients for metrics and takes them (Kafka's `ClientMetricsManager`). All brokers of the cluster share it. */
export class ClientMetrics {
  readonly #deps: ClientMetricsDeps
  readonly #instances = new Map<string, ClientInstance>()
  readonly pushes: EmbeddedTelemetryPush[] = []
  #subscription: TelemetrySubscription
  #subscriptionId = 1

  constructor(subscription: TelemetrySubscription, deps: ClientMetricsDeps) {
    this.#subscription = subscription
    this.#deps = deps
  }

  get subscription(): TelemetrySubscription {
    return this.#subscription
  }

  get subscriptionId(): number {
    return this.#subscriptionId
  }

  /** Wants other metrics. Clients hear of it with their next push. */
  subscribe(subscription: TelemetrySubscription): void {
    this.#subscription = subscription
    this.#subscriptionId++
  }

  /** A client asks what is wanted of it. The zero UUID makes it a new one. */
  asked(id: string): ClientInstance | ErrorCode {
    const known = this.#instances.get(id)
    if (known === undefined) return this.#add(id === zeroUuid ? this.#deps.newId() : id)
    if (this.#isEarly(known)) return 'THROTTLING_QUOTA_EXCEEDED'
    known.mustAsk = false
    known.askedAt = this.#deps.now()
    return known
  }

  /** A client pushes. @returns null where the push is taken */
  pushed(broker: number, push: Push): ErrorCode | null {
    const { clientInstanceId, compressionType, metrics, terminating } = push
    const instance = this.#instances.get(clientInstanceId)
    if (instance === undefined || instance.terminated) return 'INVALID_REQUEST'
    const refusal = this.#refusalOf(instance, push)
    if (refusal !== null) return refusal
    instance.pushedAt = this.#deps.now()
    instance.terminated = terminating
    this.pushes.push({
      broker,
      clientInstanceId,
      terminating,
      compressionType,
      metrics: metrics.slice(),
    })
    return null
  }

  #refusalOf(instance: ClientInstance, push: Push): ErrorCode | null {
    const { compressionTypes, maxBytes } = this.#subscription
    if (!push.terminating && instance.askedAt <= instance.pushedAt && this.#isEarly(instance))
      return 'THROTTLING_QUOTA_EXCEEDED'
    if (push.subscriptionId !== this.#subscriptionId)
      return askAgain(instance, 'UNKNOWN_SUBSCRIPTION_ID')
    if (push.compressionType !== 0 && !compressionTypes.includes(push.compressionType))
      return askAgain(instance, 'UNSUPPORTED_COMPRESSION_TYPE')
    return push.metrics.length > maxBytes ? 'TELEMETRY_TOO_LARGE' : null
  }

  /** The first push after a question may come at any time, since clients spread their first pushes. */
  #isEarly({ askedAt, mustAsk, pushedAt }: ClientInstance): boolean {
    const quietMs = this.#deps.now() - Math.max(askedAt, pushedAt)
    return !mustAsk && quietMs < this.#subscription.pushIntervalMs
  }

  #add(id: string): ClientInstance {
    const times = { askedAt: this.#deps.now(), pushedAt: -Infinity }
    const instance = { id, ...times, mustAsk: false, terminated: false }
    this.#instances.set(id, instance)
    return instance
  }
}

function askAgain(instance: ClientInstance, code: ErrorCode): ErrorCode {
  instance.mustAsk = true
  return code
}
