import type { BatchOutcome } from '@sluice/accumulator'
import { manualClock } from '@sluice/protocol/testing'
import type { SenderRuntime } from '../runtime.js'
import type { Sender } from '../sender.js'
import { KitBatch } from './kit-batch.js'
import { KitNetwork } from './kit-network.js'
import { KitQueue } from './kit-queue.js'
import { Violations } from './violations.js'

/** `test` of vitest, node:test or jest. */
export type TestFunction = (name: string, run: () => Promise<void>) => unknown

/** What a sender is made of for one test. */
export interface SenderConformanceSettings {
  /** Which replicas must have a batch, as in the options of the sender. */
  readonly acks: 'all' | 0
  /** The sender's clock. It stands still until the kit moves it. */
  readonly runtime: SenderRuntime
}

/** Makes the sender that is to be checked, a new one for each test. */
export type MakeSender = (settings: SenderConformanceSettings) => Sender

/** How long a batch may take, in ms. */
export const deliveryTimeoutMs = 10_000

/** A sender between a queue and a network that the kit looks into. */
export class SenderRig {
  readonly runtime = manualClock()
  readonly queue: KitQueue
  readonly network: KitNetwork
  readonly #violations = new Violations()
  #lastId = 0

  constructor(make: MakeSender, partitions = 1, acks: 'all' | 0 = 'all') {
    const network = new KitNetwork(partitions, this.#violations)
    const queue = new KitQueue(this.#violations)
    this.network = network
    this.queue = queue
    queue.isHeld = (batch) =>
      network.unanswered.some(({ batches }) =>
        batches.some(({ name }) => name === (batch as KitBatch).name),
      )
    make({ acks, runtime: this.runtime }).start({ queue, network })
  }

  /** So many batches of a partition arrive. */
  async add(partition: number, count: number): Promise<KitBatch[]> {
    const now = this.runtime.now()
    const added = Array.from(
      { length: count },
      () => new KitBatch(++this.#lastId, partition, now, now + deliveryTimeoutMs),
    )
    for (const batch of added) this.queue.add(batch)
    await this.turn()
    return added
  }

  /** Lets the sender do all that needs no time. */
  async turn(): Promise<void> {
    await this.pass(0)
  }

  /** Lets time pass, timer by timer. */
  async pass(ms: number): Promise<void> {
    await this.runtime.pass(ms)
    this.#violations.tell()
  }

  outcome(batch: KitBatch): BatchOutcome | undefined {
    return this.queue.outcomes.get(batch)
  }

  isReleased(batch: KitBatch): boolean {
    return this.queue.released.has(batch)
  }
}
