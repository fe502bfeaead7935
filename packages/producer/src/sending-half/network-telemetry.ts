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
  /** Called when a broker may be available. */
  #waiting: (() => void)[] = []

  constructor(network: NetworkClient) {
    this.#network = network
    network.onChange(() => this.#goOn())
  }

  async available(): Promise<void> {
    await this.#waited()
  }

  async subscribe(clientInstanceId: string): Promise<TelemetrySubscription> {
    const body = { clientInstanceId }
    return this.#ask(await this.#waited(), getTelemetrySubscriptionsApi, body)
  }

  async push(push: TelemetryPush): Promise<void> {
    // Without an await in between: the last push is written before the connections are closed.
    const node = this.#node()
    if (node === null && push.terminating) return
    await this.#ask(node ?? (await this.#waited()), pushTelemetryApi, push)
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

  #waited(): Promise<number> {
    return new Promise((resolve) => {
      const tryNow = (): void => {
        const node = this.#node()
        if (node === null) this.#waiting.push(tryNow)
        else resolve(node)
      }
      tryNow()
    })
  }

  #node(): number | null {
    return this.#network.connectedNode?.(pushTelemetryApi) ?? null
  }

  #goOn(): void {
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const tryNow of waiting) tryNow()
  }
}
