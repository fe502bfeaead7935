import type { ClusterMetadata } from '@sluice/network'

/**
 * Which topics have changed since the last look, and which are forgotten. A metadata that cannot be watched only tells that
 * something has changed: then it may be any topic.
 */
export class TopicChanges {
  readonly #metadata: ClusterMetadata
  readonly #isWatched: boolean
  #changed = new Set<string>()
  #forgotten: string[] = []
  #version = -1

  constructor(metadata: ClusterMetadata) {
    this.#metadata = metadata
    this.#isWatched = metadata.watch !== undefined
    metadata.watch?.({
      changed: (topic) => void this.#changed.add(topic),
      forgotten: (topic) => {
        this.#changed.add(topic)
        this.#forgotten.push(topic)
      },
    })
  }

  get any(): boolean {
    return this.#metadata.version !== this.#version
  }

  /** @param all - every topic that may have changed */
  take(all: Iterable<string>): Iterable<string> {
    const isChanged = this.any
    this.#version = this.#metadata.version
    if (!this.#isWatched) return isChanged ? all : []
    const changed = this.#changed
    this.#changed = new Set()
    return changed
  }

  takeForgotten(): string[] {
    const forgotten = this.#forgotten
    if (forgotten.length > 0) this.#forgotten = []
    return forgotten
  }
}
