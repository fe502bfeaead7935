import type { NetworkClient } from '@sluice/network'
import {
  type Api,
  errorCodeOf,
  getTelemetrySubscriptionsApi,
  KafkaError,
  pushTelemetryApi,
} from '@sluice/protocol'
import type { TelemetryChannel, TelemetryPush, TelemetrySubscription } from './telemetry-channel.js'

/** The responses of both APIs. */
interface TelemetryResponse {
  readonly errorCode: number
}

/** Brings telemetry through the connections that the producer has. */
export function networkTelemetry(network: NetworkClient): TelemetryChannel {
  return new NetworkTelemetry(network)
}

class NetworkTelemetry implements TelemetryChannel {
  readonly #network: NetworkClient
  /** Called when a broker may be connected. */
  #waiting: (() => void)[] = []
  /** The broker that was asked last: it knows this client. */
  #node: number | null = null

  constructor(network: NetworkClient) {
    this.#network = network
    network.onChange(() => this.#goOn())
  }

  async offered(): Promise<boolean> {
    return this.#network.speaks?.(await this.#connected(), pushTelemetryApi) === true
  }

  async subscribe(clientInstanceId: string): Promise<TelemetrySubscription> {
    const body = { clientInstanceId }
    return this.#ask(await this.#connected(), getTelemetrySubscriptionsApi, body)
  }

  async push(push: TelemetryPush): Promise<void> {
    // Without an await in between: the last push is written before the connections are closed.
    const ready = this.#ready()
    if (ready === null && push.terminating) return
    await this.#ask(ready ?? (await this.#connected()), pushTelemetryApi, push)
  }

  #ask<Request, Response extends TelemetryResponse>(
    node: number,
    api: Api<unknown, Response, Request, never>,
    body: Request,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#network.send(node, { api, expectsAnswer: true, build: () => body }, (answer) => {
        const { error, response } = answer
        if (error !== null) return reject(error)
        const code = errorCodeOf(response!.errorCode)
        if (code === null) resolve(response!)
        else reject(new KafkaError(code, `the broker refused ${api.name}`))
      })
      this.#network.poll()
    })
  }

  #connected(): Promise<number> {
    return new Promise((resolve) => {
      const tryNow = (): void => {
        const node = this.#isClusterKnown ? this.#ready() : null
        if (node === null) this.#waiting.push(tryNow)
        else resolve(node)
      }
      tryNow()
    })
  }

  /** Until the cluster has answered the producer, telemetry opens no connection: credentials that are refused would be tried for ever. */
  get #isClusterKnown(): boolean {
    return this.#network.metadata.version > 0
  }

  #ready(): number | null {
    if (this.#node === null || !this.#network.ready(this.#node))
      this.#node = this.#network.leastLoadedNode()
    return this.#node
  }

  #goOn(): void {
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const tryNow of waiting) tryNow()
  }
}
