import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import type { KafkaError } from '@sluice/protocol'
import { noRoom, notWaiting, type Placer, type TopicFront } from '../../accumulator-front.js'
import type { QueueBatch } from '../../accumulator-queue.js'
import type { Delivery } from '../../delivery.js'
import { large } from './setting.js'
import type { Stand } from './stand.js'

const empty = { partition: -1, key: null, value: null, headers: null, timestamp: 0 }

/** A record that waits, appends another with its turn, and notes its end. */
export class StandWaiter {
  /** What its delivery holds. */
  readonly bytes: number
  readonly #append: () => number
  state: 'waits' | 'appended' | KafkaError = 'waits'
  readonly #failed: () => void
  #ticket = notWaiting

  constructor(bytes: number, append: () => number, failed: () => void = () => {}) {
    this.bytes = bytes
    this.#append = append
    this.#failed = failed
  }

  wait(topic: TopicFront): void {
    this.#ticket = topic.wait(empty, this.#delivery, undefined, undefined, this.#placer)
  }

  /** The same as a record whose value comes later. */
  reserve(topic: TopicFront): void {
    this.#ticket = topic.reserve!(empty, this.#delivery, undefined, undefined, this.#placer)
  }

  /** The value has come. */
  complete(topic: TopicFront): void {
    topic.complete!(this.#ticket, undefined, 'value')
  }

  get #delivery(): Delivery {
    return { heldBytes: this.bytes, settle: ({ error }) => this.#fail(error!) }
  }

  get #placer(): Placer {
    return { place: () => this.#place() }
  }

  leave(topic: TopicFront): boolean {
    return topic.leave(this.#ticket)
  }

  #place(): boolean {
    assert.equal(this.state, 'waits', 'place was called of one that has left the line')
    if (this.#append() === noRoom) return false
    this.state = 'appended'
    return true
  }

  #fail(error: KafkaError): void {
    assert.equal(this.state, 'waits', 'settle was called of one that has left the line')
    this.state = error
    this.#failed()
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
  waiter.wait(topic)
  return waiter
}

/** Lets a record wait whose value comes later. */
export function reserved(stand: Stand, topic: TopicFront, tag: string): StandWaiter {
  const waiter = new StandWaiter(200, () => stand.append(topic, { value: tag }, tag))
  waiter.reserve(topic)
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
