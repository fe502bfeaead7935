import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import {
  apiVersionsApi,
  metadataApi,
  produceApi,
  saslAuthenticateApi,
  saslHandshakeApi,
} from '@sluice/protocol'
import { FakeBroker, silence, type SeenRequest } from '../fake-broker.js'
import { FakeStream } from '../scripted-transport.js'

/** Where on its way the client is told nonsense; the key of the API, or the moment it has connected. */
export const stages = {
  'after connect': -1,
  ApiVersions: apiVersionsApi.key,
  SaslHandshake: saslHandshakeApi.key,
  SaslAuthenticate: saslAuthenticateApi.key,
  Metadata: metadataApi.key,
  Produce: produceApi.key,
} as const

export type Stage = keyof typeof stages

/** A broker that does as it should until the stage, and then says what it was told to. */
export class HostileBroker {
  readonly #stage: Stage
  readonly #broker = new FakeBroker()
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((socket) => this.#accept(socket))
  /** What is said next, made of the answer that would be right. */
  say: (valid: Buffer) => { readonly bytes: Uint8Array; readonly behind: 'the end' | 'silence' } =
    () => {
      throw new Error('there is nothing to say')
    }

  constructor(stage: Stage) {
    this.#stage = stage
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    const { port } = this.#server.address() as AddressInfo
    const { view } = this.#broker
    view.brokers = [{ nodeId: 1, host: '127.0.0.1', port }]
    for (const topic of [
      '__proto__',
      ...Array.from({ length: 19 }, (_, index) => `topic-${index}`),
    ]) {
      const partitions = Array.from({ length: 5 }, () => ({ leader: 1, epoch: 3 }))
      view.topics.set(topic, {
        id: '00000000-0000-0000-0000-000000000010',
        partitions,
      })
    }
    return port
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {})
    socket.setNoDelay(true)
    if (this.#stage === 'after connect') return this.#answer(socket, greeting)
    const stream = new FakeStream('')
    stream.deliver = (bytes) => void socket.write(bytes)
    this.#broker.script = (request) => this.#script(request, socket, stream)
    this.#broker.accept(stream)
    socket.on('data', (bytes) => stream.onBytes(bytes))
  }

  #script(request: SeenRequest, socket: Socket, stream: FakeStream): unknown {
    this.#broker.seen.length = 0
    if (request.apiKey !== stages[this.#stage]) return undefined
    this.#answer(socket, Buffer.from(this.#broker.encode(request, this.#validBody(request))))
    // Nothing that comes after it shall make it whole.
    stream.deliver = () => {}
    return silence
  }

  #validBody({ apiKey }: SeenRequest): unknown {
    const broker = this.#broker
    if (apiKey === apiVersionsApi.key) return { errorCode: 0, apiKeys: broker.versions }
    if (apiKey === saslHandshakeApi.key) return { errorCode: 0, mechanisms: broker.mechanisms }
    if (apiKey === saslAuthenticateApi.key)
      return {
        ...(broker.authenticated() as object),
        authBytes: Buffer.from('r=abc,s=QUJDRA==,i=4096'),
      }
    if (apiKey === metadataApi.key) return broker.metadata([...broker.view.topics.keys()])
    return { responses: [produced], throttleTimeMs: 0 }
  }

  #answer(socket: Socket, valid: Buffer): void {
    const { bytes, behind } = this.say(valid)
    if (behind === 'the end') socket.end(bytes)
    else socket.write(bytes)
  }
}

/** ApiVersions of version 0, as the answer to request 0. */
const greeting = Buffer.from('0000001600000000000000000002000000000009001200000003', 'hex')

const produced = {
  name: 'topic-0',
  topicId: '00000000-0000-0000-0000-000000000010',
  partitionResponses: Array.from({ length: 5 }, (_, index) => ({
    index,
    errorCode: 0,
    baseOffset: 17n,
    logAppendTimeMs: -1n,
    logStartOffset: 0n,
    recordErrors: [],
    errorMessage: null,
  })),
}
