import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import {
  type Api,
  apiVersionsApi,
  type ErrorCode,
  decodeResponse,
  encodeRequest,
  KafkaError,
} from '@sluice/protocol'
import { frames } from './frames.js'

/** Where a broker listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

const clientId = 'sluice-demo-reader'
const timeoutMs = 10_000

/** One connection to one broker, with one request at a time. Reading back needs no more of a client. */
export class BrokerConnection implements Disposable {
  readonly #socket: Socket
  readonly #answers: AsyncGenerator<Buffer, void>
  /** The highest version of each API that the broker speaks. */
  readonly #versions = new Map<number, number>()
  #correlationId = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#answers = frames(socket as AsyncIterable<Buffer>)
  }

  /** @param signal - closes the connection, also once it is open */
  static async open({ host, port }: Address, signal: AbortSignal): Promise<BrokerConnection> {
    signal.throwIfAborted()
    const socket = connect({ host, port })
    const stop = (): void => void socket.destroy(new Error('interrupted'))
    // Not `connect({ signal })`: Node keeps that listener for as long as the signal lives.
    signal.addEventListener('abort', stop)
    socket.once('close', () => signal.removeEventListener('abort', stop))
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`silent for ${timeoutMs} ms`)))
    try {
      await once(socket, 'connect')
      const connection = new BrokerConnection(socket)
      await connection.#agreeOnVersions()
      return connection
    } catch (error) {
      socket.destroy()
      throw failureOf('CONNECTION_FAILED', `${host}:${port}`, error)
    }
  }

  /** Asks in the highest version that both sides speak. */
  call<Response, Input>(
    api: Api<unknown, Response, Input, never>,
    body: NoInfer<Input>,
  ): Promise<Response> {
    const version = Math.min(api.maxVersion, this.#versions.get(api.key) ?? -1)
    return this.#exchange(api, version, body)
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }

  async #agreeOnVersions(): Promise<void> {
    // Every broker answers version 0.
    const { apiKeys } = await this.#exchange(apiVersionsApi, 0, {})
    for (const { apiKey, maxVersion } of apiKeys) this.#versions.set(apiKey, maxVersion)
  }

  async #exchange<Response, Input>(
    api: Api<unknown, Response, Input, never>,
    version: number,
    body: NoInfer<Input>,
  ): Promise<Response> {
    const request = encodeRequest(api, version, this.#correlationId++, clientId, body)
    this.#socket.write(Buffer.concat(request))
    const answer = await this.#nextAnswer()
    return decodeResponse(api, version, answer).body
  }

  async #nextAnswer(): Promise<Buffer> {
    let next: IteratorResult<Buffer, void>
    try {
      next = await this.#answers.next()
    } catch (error) {
      throw failureOf('CONNECTION_CLOSED', 'a broker did not answer', error)
    }
    if (!next.done) return next.value
    throw new KafkaError('CONNECTION_CLOSED', 'a broker closed the connection instead of an answer')
  }
}

function failureOf(code: ErrorCode, what: string, cause: unknown): KafkaError {
  if (cause instanceof KafkaError) return cause
  return new KafkaError(code, `${what}: ${(cause as Error).message}`, { cause })
}
