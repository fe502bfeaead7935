import { type Address, BrokerConnection } from './broker-connection.js'
import { endOffsetsOf } from './end-offsets.js'
import { fetchRanges } from './fetch-log.js'
import type { LogBatch } from './log-batch.js'
import { findLayout, type Leader, type TopicLayout } from './topic-layout.js'

/** An offset for each partition. */
export type Offsets = ReadonlyMap<number, bigint>

/** The batches of each partition, in the order of its log. */
export type TopicLog = ReadonlyMap<number, readonly LogBatch[]>

/** Reads a topic over connections of its own: Sluice is a producer and has no consumer. */
export class TopicReader implements Disposable {
  readonly #layout: TopicLayout
  readonly #connections = new Map<Leader, BrokerConnection>()

  private constructor(layout: TopicLayout) {
    this.#layout = layout
  }

  /** @param seeds - some brokers of the cluster, of which one that answers is enough */
  static async open(
    seeds: readonly Address[],
    topic: string,
    signal: AbortSignal,
  ): Promise<TopicReader> {
    using seed = await firstThatAnswers(seeds, signal)
    const reader = new TopicReader(await findLayout(seed, topic))
    await reader.#connect(signal)
    return reader
  }

  /** Where each partition ends now. */
  async endOffsets(): Promise<Offsets> {
    const parts = await Promise.all(
      [...this.#connections].map(([{ partitions }, connection]) =>
        endOffsetsOf(connection, this.#layout.name, partitions),
      ),
    )
    return new Map(parts.flat())
  }

  /** All that is between `starts` and the end. */
  async readSince(starts: Offsets): Promise<TopicLog> {
    const ends = await this.endOffsets()
    const log = new Map<number, LogBatch[]>([...ends.keys()].map((partition) => [partition, []]))
    const readLed = ([{ partitions }, connection]: [Leader, BrokerConnection]): Promise<void> => {
      const ranges = partitions.map((partition) => ({
        partition,
        start: starts.get(partition) ?? 0n,
        end: ends.get(partition)!,
      }))
      return fetchRanges(connection, this.#layout, ranges, (at, batch) => log.get(at)!.push(batch))
    }
    await Promise.all([...this.#connections].map(readLed))
    return log
  }

  [Symbol.dispose](): void {
    for (const connection of this.#connections.values()) connection[Symbol.dispose]()
  }

  async #connect(signal: AbortSignal): Promise<void> {
    try {
      for (const leader of this.#layout.leaders) {
        this.#connections.set(leader, await BrokerConnection.open(leader.address, signal))
      }
    } catch (error) {
      this[Symbol.dispose]()
      throw error
    }
  }
}

async function firstThatAnswers(
  seeds: readonly Address[],
  signal: AbortSignal,
): Promise<BrokerConnection> {
  let failure: unknown
  for (const seed of seeds) {
    try {
      return await BrokerConnection.open(seed, signal)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}
