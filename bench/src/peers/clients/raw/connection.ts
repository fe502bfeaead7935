import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

interface Question {
  resolve(): void
  reject(error: Error): void
}

/** A socket that tells when the answer to each request has come, in the order of the requests. */
export class RawConnection {
  readonly #socket: Socket
  readonly #questions: Question[] = []
  /** Bytes of the answer that is coming in. */
  #rest: Buffer = Buffer.alloc(0)

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('close', () => this.#end(new Error('the broker closed the connection')))
    socket.on('error', (error) => this.#end(error))
  }

  /** @param address - `host:port` of the leader of all partitions */
  static async open(address: string): Promise<RawConnection> {
    const [host, port] = address.split(':')
    const socket = connect({ host: host!, port: Number(port), noDelay: true })
    await once(socket, 'connect')
    return new RawConnection(socket)
  }

  /** What the answer says is not read: what the topic holds tells whether it was taken. */
  ask(request: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#questions.push({ resolve, reject })
      this.#socket.write(request)
    })
  }

  async close(): Promise<void> {
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
      bytes = bytes.subarray(4 + bytes.readInt32BE(0))
      this.#questions.shift()?.resolve()
    }
    this.#rest = bytes
  }

  #end(error: Error): void {
    for (const { reject } of this.#questions.splice(0)) reject(error)
  }
}
