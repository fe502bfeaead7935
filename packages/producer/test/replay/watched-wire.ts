import type { ByteStream, Transport } from '@sluice/network'
import { produceApi } from '@sluice/protocol'
import { FrameCutter } from '@sluice/test-fault-proxy'
import { RepeatedBytes } from '../../../../test/random-faults/repeated-bytes.js'
import { type WireBatch, wireBatch } from '../../../../test/random-faults/wire-batch.js'
import { bodyOf } from './produce-exchange.js'

const mostInFlight = 5

/** Unanswered Produce requests of one connection, by correlation id: the partitions in each. */
type Unanswered = Map<number, readonly number[]>

/** A transport whose Produce requests must keep the rules of the wire, as a client sees it itself. */
export class WatchedWire implements Transport {
  readonly #inner: Transport
  readonly #streams = new Set<Unanswered>()
  readonly #repeated = new RepeatedBytes()
  readonly #violations = new Set<string>()

  constructor(inner: Transport) {
    this.#inner = inner
  }

  get violations(): string[] {
    return [...this.#violations, ...this.#repeated.violations]
  }

  async connect(target: Parameters<Transport['connect']>[0]): Promise<ByteStream> {
    const stream = await this.#inner.connect(target)
    const unanswered: Unanswered = new Map()
    this.#streams.add(unanswered)
    const requests = new FrameCutter()
    const answers = new FrameCutter()
    return {
      encrypted: stream.encrypted,
      ...(stream.remote !== undefined && { remote: stream.remote }),
      write: (chunks, onFlushed) => {
        for (const frame of requests.push(Buffer.concat(chunks))) this.#sent(frame, unanswered)
        return stream.write(chunks, onFlushed)
      },
      onData: (listener) =>
        stream.onData((chunk) => {
          for (const frame of answers.push(Buffer.from(chunk)))
            unanswered.delete(frame.readInt32BE(0))
          listener(chunk)
        }),
      onDrain: (listener) => stream.onDrain(listener),
      onClose: (listener) =>
        stream.onClose((error) => {
          this.#streams.delete(unanswered)
          listener(error)
        }),
      destroy: (error) => {
        this.#streams.delete(unanswered)
        stream.destroy(error)
      },
    }
  }

  #sent(frame: Buffer, unanswered: Unanswered): void {
    if (frame.readInt16BE(0) !== produceApi.key) return
    const batches = batchesOf(frame)
    for (const batch of batches) this.#repeated.saw(batch)
    unanswered.set(
      frame.readInt32BE(4),
      batches.map(({ partition }) => partition),
    )
    for (const { partition } of batches) this.#checkInFlight(partition)
  }

  #checkInFlight(partition: number): void {
    const counts = [...this.#streams]
      .map((stream) => [...stream.values()].filter((all) => all.includes(partition)).length)
      .filter((count) => count > 0)
    if (counts.length > 1) this.#violations.add(`in flight on ${counts.length} connections`)
    const [count = 0] = counts
    if (count > mostInFlight) this.#violations.add(`${count} in flight`)
  }
}

function batchesOf(frame: Buffer): WireBatch[] {
  const { topicData } = bodyOf({ apiVersion: frame.readInt16BE(2), bytes: frame })
  return topicData.flatMap(({ topicId, partitionData }) =>
    partitionData.map(({ index, records }) =>
      // The bytes are the client's: it may use them again.
      wireBatch({ topic: topicId, topicId, partition: index }, Buffer.concat(records ?? [])),
    ),
  )
}
