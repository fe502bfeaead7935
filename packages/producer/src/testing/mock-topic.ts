import type { Delivery, TopicFront, TopicSnapshot, Waiter } from '@sluice/accumulator'
import { KafkaError, recordSize } from '@sluice/protocol'
import type { Slip } from '../intake/pending-record.js'
import { copied } from './copied.js'
import type { Sends } from './sent-records.js'

/** A topic that is known from the start, and always has room. Its leader is node 0. */
export class MockTopic implements TopicFront {
  readonly snapshot: TopicSnapshot
  readonly batchBytes = 16_384
  readonly blocked = false
  readonly #sends: Sends

  constructor(name: string, sends: Sends) {
    this.#sends = sends
    const partitions = Array.from({ length: sends.partitionsOf(name) }, (_, partition) => ({
      topic: name,
      partition,
      leader: 0,
      leaderEpoch: 0,
      replicas: [0],
      inSyncReplicas: [0],
    }))
    this.snapshot = { name, error: null, partitions }
  }

  append(slip: Slip, delivery: Delivery, a: unknown, b: unknown): number {
    const { partition, timestamp } = slip
    this.#sends.add({ record: copied(slip), partition, timestamp, delivery, a, b })
    return recordSize(slip.key, slip.value, slip.headers)
  }

  /** Nobody ever has to: nothing is blocked, and there is always room. */
  wait(waiter: Waiter): void {
    waiter.fail(new KafkaError('ILLEGAL_STATE', 'a mock producer has room for every record'))
  }

  leave(): boolean {
    return false
  }

  tailOpen(): boolean {
    return false
  }

  queuedBatches(): number {
    return 0
  }

  delayedMs(): number {
    return 0
  }
}
