import { type metadataApi, type ResponseOf, zeroUuid } from '@sluice/protocol'

type Metadata = ResponseOf<typeof metadataApi>
type Topic = Metadata['topics'][number]

interface Known {
  /** Every id that the topic has had; the last one is the present. */
  readonly ids: string[]
  readonly epochs: Map<number, number>
}

/** What the producer has been told of topics and leaders. */
export class TopicsOnWire {
  readonly #topics = new Map<string, Known>()
  readonly #names = new Map<string, string>()

  read({ topics }: Metadata): void {
    for (const topic of topics) this.#learn(topic)
  }

  /** A broker that does not lead names the leader (KIP-951). */
  named(nameOrId: string, partition: number, epoch: number): void {
    const name = this.#names.get(nameOrId) ?? nameOrId
    const known = this.#topics.get(name)
    if (known !== undefined) raise(known, partition, epoch)
  }

  /** Which topic and which leader the producer has to do with, as far as it was told. They change, and never come back. */
  leaderOf(nameOrId: string, partition: number): string {
    const known = this.#topics.get(this.#names.get(nameOrId) ?? nameOrId)
    return `${known?.ids.at(-1)}/${known?.epochs.get(partition)}`
  }

  #learn({ name, topicId, partitions }: Topic): void {
    if (name === null || topicId === zeroUuid) return
    const known = this.#known(name)
    if (!known.ids.includes(topicId)) {
      known.ids.push(topicId)
      known.epochs.clear()
      this.#names.set(topicId, name)
    }
    // A broker that lags behind tells nothing new.
    if (known.ids.at(-1) !== topicId) return
    for (const { partitionIndex, leaderEpoch } of partitions)
      raise(known, partitionIndex, leaderEpoch)
  }

  #known(name: string): Known {
    let known = this.#topics.get(name)
    if (known === undefined) this.#topics.set(name, (known = { ids: [], epochs: new Map() }))
    return known
  }
}

function raise({ epochs }: Known, partition: number, epoch: number): void {
  if (epoch > (epochs.get(partition) ?? -1)) epochs.set(partition, epoch)
}
