import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { decodeResponse, encodeRequest, type Api } from '@sluice/protocol'
import { FrameReader } from '../src/broker/frame-reader.js'

/** A connection that sends what it is told to and reads what comes back, one frame after the other. */
export class RawClient {
  readonly #socket: Socket
  readonly #frames = new FrameReader()
  readonly #waiting: ((frame: Buffer | null) => void)[] = []
  #correlationId = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      this.#frames.push(chunk)
      this.#deliver()
    })
    socket.on('close', () => {
      for (const settle of this.#waiting.splice(0)) settle(null)
    })
  }

  static async connect(server: string): Promise<RawClient> {
    const { hostname, port } = new URL(`tcp://${server}`)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  /** The body of the response. Rejects when the broker closes the connection instead. */
  async request<Response, RequestInput>(
    api: Api<unknown, Response, RequestInput, never>,
    version: number,
    body: RequestInput,
  ): Promise<Response> {
    const correlationId = this.send(api, version, body)
    const frame = await this.frame()
    if (frame === null) throw new Error('the broker closed the connection')
    const response = decodeResponse(api, version, frame)
    if (response.correlationId !== correlationId) throw new Error('the wrong answer')
    return response.body
  }

  /** Sends and waits for nothing. */
  send<RequestInput>(
    api: Api<unknown, unknown, RequestInput, never>,
    version: number,
    body: RequestInput,
  ): number {
    const correlationId = ++this.#correlationId
    for (const chunk of encodeRequest(api, version, correlationId, 'raw', body)) {
      this.#socket.write(chunk)
    }
    return correlationId
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** The next frame; null when the connection ends before there is one. */
  frame(): Promise<Buffer | null> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) resolve(null)
      else this.#waiting.push(resolve)
      this.#deliver()
    })
  }

  /** Ends the connection with a TCP reset. */
  reset(): void {
    this.#socket.resetAndDestroy()
  }

  async close(): Promise<void> {
    if (this.#socket.closed) return
    this.#socket.destroy()
    await once(this.#socket, 'close')
  }

  #deliver(): void {
    while (this.#waiting.length > 0) {
      const frame = this.#frames.next()
      if (frame === null) return
      this.#waiting.shift()!(frame)
    }
  }
}
