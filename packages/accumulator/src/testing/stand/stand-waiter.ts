import assert from 'node:assert/strict'
import type { KafkaError } from '@sluice/protocol'
import { noRoom, type TopicFront, type Waiter } from '../../accumulator-front.js'
import type { QueueBatch } from '../../accumulator-queue.js'
import { large } from './setting.js'
import type { Stand } from './stand.js'

/** A waiter that appends its record when it is its turn, and notes its end. */
export class StandWaiter implements Waiter {
  readonly bytes: number
  readonly #append: () => number
  state: 'waits' | 'appended' | KafkaError = 'waits'

  constructor(bytes: number, append: () => number) {
    this.bytes = bytes
    this.#append = append
  }

  resume(): boolean {
    assert.equal(this.state, 'waits', 'resume was called of one that has left the line')
    if (this.#append() === noRoom) return false
    this.state = 'appended'
    return true
  }

  fail(error: KafkaError): void {
    assert.equal(this.state, 'waits', 'fail was called of one that has left the line')
    this.state = error
  }

  get outcome(): string {
    return typeof this.state === 'string' ? this.state : this.state.code
  }
}

/** Lets a record of this many bytes wait. */
export function inLine(
  stand: Stand,
  topic: TopicFront,
  tag: string,
  bytes = 100,
  partition = 0,
): StandWaiter {
  const value = tag.padEnd(bytes)
  const waiter = new StandWaiter(bytes + 100, () => stand.append(topic, { partition, value }, tag))
  topic.wait(waiter)
  return waiter
}

export function outcomes(waiters: readonly StandWaiter[]): string[] {
  return waiters.map(({ outcome }) => outcome)
}

/** Leaves room for a few bytes only. The batch that takes the rest was drained. */
export function full(stand: Stand): { topic: TopicFront; batch: QueueBatch } {
  const topic = stand.topic()
  const value = Buffer.alloc(large)
  assert.notEqual(stand.append(topic, { partition: 3, value }, 'filling'), noRoom)
  assert.equal(stand.append(topic, { partition: 3, value }), noRoom)
  return { topic, batch: stand.request()[0]! }
}
