import type {
  AccumulatorQueue,
  BatchOutcome,
  DrainLimits,
  LeaderOf,
  QueueBatch,
  Readiness,
  TakeFilter,
  TopicSnapshot,
} from '@sluice/accumulator'
import type { KitBatch } from './kit-batch.js'
import type { Violations } from './violations.js'

/** A queue of whole batches that takes nothing twice. */
export class KitQueue implements AccumulatorQueue {
  closed = false
  readonly outcomes = new Map<QueueBatch, BatchOutcome>()
  readonly released = new Set<QueueBatch>()
  readonly published: TopicSnapshot[] = []
  /** Whether a connection may still read the bytes of a batch. */
  isHeld: (batch: QueueBatch) => boolean = () => false
  readonly #violations: Violations
  #waiting: KitBatch[] = []
  #sendable: { readonly batch: KitBatch; readonly node: number }[] = []
  #wanted = ['orders']
  #onWork: () => void = () => {}

  constructor(violations: Violations) {
    this.#violations = violations
  }

  onWork(listener: () => void): void {
    this.#onWork = listener
  }

  add(batch: KitBatch): void {
    this.#waiting.push(batch)
    this.#onWork()
  }

  close(): void {
    this.closed = true
    this.#onWork()
  }

  takeWantedTopics(): readonly string[] {
    return this.#wanted.splice(0)
  }

  ready(now: number, leaderOf: LeaderOf): Readiness {
    const heads = this.#heads().map((batch) => ({
      batch,
      leader: leaderOf(batch.topic, batch.partition),
    }))
    const led = heads.flatMap(({ batch, leader }) => {
      const backsOff = batch.retryAt > now && leader !== null
      return leader === null || (backsOff && leader.epoch <= batch.triedLeaderEpoch)
        ? []
        : [{ batch, node: leader.node }]
    })
    this.#sendable = led
    const moments = this.#waiting.flatMap(({ retryAt, deadline }) => [retryAt, deadline])
    return {
      nodes: new Set(led.map(({ node }) => node)),
      hasUnknownLeaders: heads.some(({ leader }) => leader === null),
      nextAt: Math.min(Infinity, ...moments.filter((at) => at > now)),
    }
  }

  /** At most one batch a partition, and each partition once between two looks at what is ready. */
  drain(node: number, { maxBytes, mayDrain }: DrainLimits): KitBatch[] {
    const drained: KitBatch[] = []
    let bytes = 0
    for (const { batch, node: leader } of this.#sendable) {
      const size = batch.payload.byteLength + 61
      if (leader !== node || (drained.length > 0 && bytes + size > maxBytes)) continue
      if (!this.#waiting.includes(batch)) continue
      if (!mayDrain(batch.topic, batch.partition, batch)) continue
      bytes += size
      drained.push(batch)
    }
    this.#waiting = this.#waiting.filter((batch) => !drained.includes(batch))
    this.#lookBehind(drained, node)
    return drained
  }

  requeue(batch: QueueBatch, retryAt: number, leaderEpoch: number): void {
    const again = batch as KitBatch
    const { name } = again
    this.#violations.check(!this.outcomes.has(again), `${name} was requeued after it was settled`)
    this.#violations.check(!this.#waiting.includes(again), `${name} was requeued twice`)
    again.retryAt = retryAt
    again.triedLeaderEpoch = leaderEpoch
    this.#waiting.push(again)
    this.#waiting.sort((a, b) => a.id - b.id)
  }

  split(batch: QueueBatch): KitBatch[] {
    this.#violations.check(false, `${(batch as KitBatch).name} was split, and was not too large`)
    return []
  }

  exclude(batch: QueueBatch): KitBatch {
    const batchOfKit = batch as KitBatch
    this.#violations.check(false, `${batchOfKit.name} lost records, and none of them was refused`)
    return batchOfKit
  }

  take({ expiredAt = Infinity, topic, fromPartition = 0 }: TakeFilter): KitBatch[] {
    const isTaken = (batch: KitBatch): boolean =>
      batch.deadline <= expiredAt &&
      (topic === undefined || batch.topic === topic) &&
      batch.partition >= fromPartition
    const taken = this.#waiting.filter(isTaken)
    this.#waiting = this.#waiting.filter((batch) => !isTaken(batch))
    return taken
  }

  takeDiscarded(): readonly KitBatch[] {
    return []
  }

  settle(batch: QueueBatch, outcome: BatchOutcome): void {
    const { name } = batch as KitBatch
    this.#violations.check(!this.outcomes.has(batch), `${name} was settled twice`)
    this.outcomes.set(batch, outcome)
  }

  release(batch: QueueBatch): void {
    const { name } = batch as KitBatch
    this.#violations.check(!this.released.has(batch), `${name} was released twice`)
    const isFree = !this.isHeld(batch)
    this.#violations.check(isFree, `${name} was released while a connection may read its bytes`)
    this.released.add(batch)
  }

  publish(topics: readonly TopicSnapshot[]): void {
    this.published.push(...topics)
  }

  receive(): void {}

  #heads(): KitBatch[] {
    const heads = new Map<number, KitBatch>()
    for (const batch of this.#waiting)
      if (!heads.has(batch.partition)) heads.set(batch.partition, batch)
    return [...heads.values()]
  }

  /** What came up behind them may go in the next request. */
  #lookBehind(drained: readonly KitBatch[], node: number): void {
    for (const batch of this.#heads())
      if (drained.some(({ partition }) => partition === batch.partition))
        this.#sendable.push({ batch, node })
  }
}
