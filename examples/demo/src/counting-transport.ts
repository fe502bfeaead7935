import type { ByteStream, ConnectTarget, Transport } from '@sluice/network'
import { produceApi } from '@sluice/protocol'
import type { Address } from './read-back/broker-connection.js'
import { RequestCounter } from './request-counter.js'

/** Another transport, counted. All that it takes to swap a stage: a value with the stage's one method. */
export class CountingTransport implements Transport {
  /** Connections opened since the start. */
  connections = 0
  /** Requests written, of every API. */
  requests = 0
  produceRequests = 0
  /** Where the connections went. */
  readonly addresses: Address[] = []
  readonly #inner: Transport

  constructor(inner: Transport) {
    this.#inner = inner
  }

  async connect(target: ConnectTarget): Promise<ByteStream> {
    const stream = await this.#inner.connect(target)
    this.connections++
    this.addresses.push({ host: target.host, port: target.port })
    return countWrites(stream, new RequestCounter((apiKey) => this.#count(apiKey)))
  }

  #count(apiKey: number): void {
    this.requests++
    if (apiKey === produceApi.key) this.produceRequests++
  }
}

function countWrites(stream: ByteStream, counter: RequestCounter): ByteStream {
  return {
    encrypted: stream.encrypted,
    ...(stream.remote === undefined ? {} : { remote: stream.remote }),
    write(chunks, onFlushed) {
      for (const chunk of chunks) counter.add(chunk)
      return stream.write(chunks, onFlushed)
    },
    onData: (listener) => stream.onData(listener),
    onDrain: (listener) => stream.onDrain(listener),
    onClose: (listener) => stream.onClose(listener),
    destroy: (error) => stream.destroy(error),
  }
}
