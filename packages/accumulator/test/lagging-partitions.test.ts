import { describe, expect, it } from 'vitest'
import { noRoom, type QueueBatch, type TopicFront } from '../src/index.js'
import { TestAccumulator } from './test-accumulator.js'

const bufferBytes = 1_000_000
const value = Buffer.alloc(30_000)

/** Partition 0 is given more than it can take: half of the memory is batches of it that have not been acknowledged. */
class LaggingPartition {
  readonly accumulator = new TestAccumulator({ bufferBytes, batchRecords: 1, maxBlockMs: 1_000 })
  readonly topic: TopicFront = this.accumulator.topic()
  readonly lagging: QueueBatch[] = []

  constructor() {
    while (this.lagging.length < 15) {
      expect(this.append(0)).toBe(true)
      this.exchange()
    }
  }

  append(partition: number): boolean {
    return this.accumulator.append(this.topic, { partition, value }) !== noRoom
  }

  /** What the brokers have got: all but partition 0 acknowledge it. */
  exchange(): void {
    for (const batch of this.accumulator.drainAll()) {
      if (batch.partition === 0) this.lagging.push(batch)
      else this.accumulator.acknowledge(batch)
    }
  }

  /** Others are acknowledged, too, and all of that is younger than the oldest batch of partition 0. */
  answerOthers(records: number): void {
    for (let i = 0; i < records; i++) {
      expect(this.append(1 + (i % 3))).toBe(true)
      this.exchange()
    }
  }

  answerOne(): void {
    this.accumulator.acknowledge(this.lagging.shift()!)
  }
}

describe('a partition that has more to do than others', () => {
  it('is not held back as long as it is acknowledged now and then, however old its batches are', () => {
    const partition = new LaggingPartition()
    for (let i = 0; i < 100; i++) {
      partition.answerOthers(3)
      partition.answerOne()
      expect(partition.append(0)).toBe(true)
      partition.exchange()
    }
    expect(partition.lagging).toHaveLength(15)
  })

  it('is held back when it is acknowledged no more, by what is acknowledged after that', () => {
    const partition = new LaggingPartition()
    partition.answerOthers(3)
    partition.answerOne()
    partition.answerOthers(3)
    expect(partition.append(0)).toBe(true)
    partition.answerOthers(3)
    expect(partition.append(0)).toBe(false)
  })

  it('must catch up once it was stuck: one answer now and then does not let it have more memory', () => {
    const partition = new LaggingPartition()
    partition.answerOthers(10)
    for (let i = 0; i < 5; i++) {
      partition.answerOne()
      expect(partition.append(0)).toBe(false)
      partition.answerOthers(3)
    }
    while (partition.lagging.length > 0) partition.answerOne()
    for (let i = 0; i < 9; i++) expect(partition.append(0)).toBe(true)
  })

  it('is judged by its next batch when the others of it have failed', () => {
    const partition = new LaggingPartition()
    partition.answerOthers(3)
    for (const batch of partition.lagging.splice(0))
      partition.accumulator.fail(batch, 'DELIVERY_TIMEOUT')
    for (let i = 0; i < 10; i++) expect(partition.append(0)).toBe(true)
    partition.exchange()
    partition.answerOthers(3)
    expect(partition.append(0)).toBe(true)
    partition.answerOthers(3)
    expect(partition.append(0)).toBe(false)
  })
})
