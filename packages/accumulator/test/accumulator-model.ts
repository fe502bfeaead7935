import { gunzipSync } from 'node:zlib'
import { KafkaError } from '@sluice/protocol'
import { expect } from 'vitest'
import {
  type Delivery,
  noRoom,
  type QueueBatch,
  type ToFront,
  type TopicFront,
  type ToQueue,
} from '../src/index.js'
import { type BatchToRead, recordsOf } from '../src/testing/stand/read-batch.js'
import {
  buffersInUse,
  linesInUse,
  TestAccumulator,
  type TestSetting,
  leave,
  wait,
  type Waiter,
} from './test-accumulator.js'

type State = 'waits' | 'appended' | 'left' | KafkaError | 'acknowledged'

export interface RecordPlan {
  readonly topic: string
  readonly partition: number
  readonly size: number
  readonly heldBytes: number
  /** Whether its delivery sends another record. */
  readonly sendsOn: boolean
}

/** One record, as the model knows it. */
export interface ModelRecord extends RecordPlan {
  readonly id: number
  readonly value: string
  readonly joinedAt: number
  state: State
}

interface WatchedFlush {
  readonly before: readonly ModelRecord[]
  resolved: boolean
}

/**
 * The accumulator beside a plain account of what should be true of it: a list of records and their
 * states, one list of appended records for each partition. Plays the producer and the sender.
 */
export class AccumulatorModel {
  readonly accumulator: TestAccumulator
  readonly records: ModelRecord[] = []
  readonly inFlight: QueueBatch[] = []
  readonly unreleased: QueueBatch[] = []
  readonly flushes: WatchedFlush[] = []
  closed = false
  readonly #setting: TestSetting & { readonly bufferBytes: number; readonly maxBlockMs: number }
  readonly #waiters = new Map<ModelRecord, Waiter>()
  readonly #appended = new Map<string, ModelRecord[]>()
  /** Ids of the records that are in flight or at their end, as the queue sees it. */
  readonly #gone = new Set<number>()
  /** Ids of the records of each batch that was sealed. */
  readonly #sealed = new Map<number, number[]>()

  constructor(setting: AccumulatorModel['setting']) {
    this.#setting = setting
    this.accumulator = new TestAccumulator(setting)
    this.accumulator.onSent = (message) => this.#note(message)
    this.accumulator.topic('known', 4)
    this.accumulator.front.forTopic('unknown')
  }

  get setting(): TestSetting & { readonly bufferBytes: number; readonly maxBlockMs: number } {
    return this.#setting
  }

  get now(): number {
    return this.accumulator.runtime.now()
  }

  get waiting(): ModelRecord[] {
    return this.records.filter(({ state }) => state === 'waits')
  }

  // What a producer does.

  send(plan: RecordPlan): void {
    const id = this.records.length
    const value = `${id} `.padEnd(plan.size, 'x')
    const record: ModelRecord = { ...plan, id, value, state: 'waits', joinedAt: this.now }
    this.records.push(record)
    const topic = this.accumulator.front.forTopic(record.topic)
    const delivery = this.#deliveryOf(record)
    if (!topic.blocked && this.#append(topic, record, delivery)) return
    const waiter = {
      bytes: value.length + record.heldBytes,
      resume: () => this.#append(topic, record, delivery),
      fail: (error: KafkaError) => this.#failed(record, error),
    }
    this.#waiters.set(record, waiter)
    const { partition, heldBytes } = record
    const alone = !topic.blocked && topic.isHeldBack!(partition)
    wait(topic, waiter, { value, heldBytes, partition: alone ? partition : -1 })
  }

  leave(record: ModelRecord): void {
    const waiter = this.#waiters.get(record)!
    const topic = this.accumulator.front.forTopic(record.topic)
    record.state = 'left'
    expect(leave(topic, waiter)).toBe(true)
    expect(leave(topic, waiter)).toBe(false)
  }

  flush(): void {
    const before = this.records.filter(({ state }) => state === 'waits' || state === 'appended')
    const flush: WatchedFlush = { before, resolved: false }
    this.flushes.push(flush)
    void this.accumulator.front.flush().then(() => (flush.resolved = true))
  }

  abort(): void {
    const sealed = new Set([...this.#sealed.values()].flat())
    const before = this.records.filter(({ state }) => state === 'waits' || state === 'appended')
    const ends = before.filter(({ id }) => !sealed.has(id))
    for (const { id } of ends) this.#gone.add(id)
    this.accumulator.front.abort(new KafkaError('INVALID_TXN_STATE', 'aborted by the model'))
    const aborted = { code: 'INVALID_TXN_STATE', persisted: 'no' }
    for (const record of before) {
      if (ends.includes(record)) expect(record.state).toMatchObject(aborted)
      else expect(record.state).toBe('appended')
    }
  }

  #append(topic: TopicFront, record: ModelRecord, delivery: Delivery): boolean {
    const { partition, value } = record
    const bytes = this.accumulator.append(topic, { partition, value }, record, delivery)
    if (bytes === noRoom) return false
    const overtaken = this.waiting.filter(
      (other) =>
        other.topic === record.topic &&
        other.id < record.id &&
        (other.partition === partition || !topic.isHeldBack!(other.partition)),
    )
    expect(overtaken, 'records overtaken').toEqual([])
    expect(record.state).toBe('waits')
    record.state = 'appended'
    const name = `${record.topic}-${partition}`
    this.#appended.set(name, [...(this.#appended.get(name) ?? []), record])
    return true
  }

  #deliveryOf(record: ModelRecord): Delivery {
    return {
      heldBytes: record.heldBytes,
      settle: ({ error }) => {
        expect(record.state, `record ${record.id} settles once`).toBe('appended')
        record.state = error ?? 'acknowledged'
        if (record.sendsOn && !this.closed) this.send({ ...record, sendsOn: false })
      },
    }
  }

  #failed(record: ModelRecord, error: KafkaError): void {
    expect(record.state).toBe('waits')
    record.state = error
    expect(error.persisted).toBe('no')
    const waitedMs = this.now - record.joinedAt
    if (error.code === 'METADATA_TIMEOUT' || error.message.includes('within')) {
      expect(waitedMs, 'time waited').toBeGreaterThanOrEqual(this.#setting.maxBlockMs)
    }
    if (record.sendsOn && !this.closed) this.send({ ...record, sendsOn: false })
  }

  // What a sender does.

  drain(maxBytes: number, busy: boolean, blocked: number): void {
    const mayDrain = (_: string, partition: number): boolean => partition !== blocked
    const batches = this.accumulator.drain({ maxBytes, busy, mayDrain })
    const places = batches.map(({ topic, partition }) => `${topic}-${partition}`)
    expect(new Set(places).size, 'partitions of a request').toBe(batches.length)
    const bytes = batches.reduce((sum, { payload }) => sum + payload.byteLength + 61, 0)
    if (batches.length > 1) expect(bytes).toBeLessThanOrEqual(maxBytes)
    for (const batch of batches) {
      expect(batch.partition).not.toBe(blocked)
      this.#checkOrder(batch)
      this.inFlight.push(batch)
      for (const id of this.#idsOf(batch)) this.#gone.add(id)
    }
  }

  acknowledge(batch: QueueBatch): void {
    this.#land(batch)
    this.accumulator.queue.settle(batch, { error: null, baseOffset: 0n, logAppendTime: -1 })
    this.unreleased.push(batch)
  }

  fail(batch: QueueBatch): void {
    this.#land(batch)
    this.accumulator.fail(batch)
  }

  requeue(batch: QueueBatch, delayMs: number): void {
    this.#land(batch)
    for (const id of this.#idsOf(batch)) this.#gone.delete(id)
    this.accumulator.queue.requeue(batch, this.now + delayMs, 0)
  }

  split(batch: QueueBatch): void {
    if (batch.count === 1) return
    this.#land(batch)
    const ids = this.#idsOf(batch)
    for (const id of ids) this.#gone.delete(id)
    const parts = this.accumulator.queue.split(batch)
    expect(parts.length).toBeGreaterThan(1)
    expect(parts.flatMap((part) => this.#idsOf(part))).toEqual(ids)
    // What was split is nothing any more: a sender that forgets that does no harm.
    this.accumulator.queue.settle(batch, { error: null, baseOffset: 0n, logAppendTime: -1 })
    this.accumulator.queue.release(batch)
  }

  exclude(batch: QueueBatch, isRefused: (index: number) => boolean): void {
    const indexes = [...Array(batch.count).keys()].filter((index) => isRefused(index))
    if (indexes.length === 0 || indexes.length === batch.count) return
    this.#land(batch)
    const ids = this.#idsOf(batch)
    for (const id of ids) this.#gone.delete(id)
    const error = new KafkaError('INVALID_RECORD', 'told by the test')
    const refused = indexes.map((index) => ({ index, error }))
    const rest = this.accumulator.queue.exclude(batch, refused, 0, 0)
    if (rest.codecId === 0)
      expect(this.#idsOf(rest)).toEqual(ids.filter((_, index) => !indexes.includes(index)))
    this.accumulator.queue.settle(batch, { error: null, baseOffset: 0n, logAppendTime: -1 })
    this.accumulator.queue.release(batch)
  }

  release(batch: QueueBatch): void {
    this.unreleased.splice(this.unreleased.indexOf(batch), 1)
    this.accumulator.queue.release(batch)
  }

  expire(): void {
    const expired = this.accumulator.queue.take({ expiredAt: this.now })
    expect(this.accumulator.ready().nextAt).toBeGreaterThan(this.now)
    for (const batch of expired) {
      expect(batch.deadline).toBeLessThanOrEqual(this.now)
      this.accumulator.fail(batch, 'DELIVERY_TIMEOUT')
    }
  }

  #land(batch: QueueBatch): void {
    this.inFlight.splice(this.inFlight.indexOf(batch), 1)
  }

  /** Its records follow each other in their partition, but for such as were refused, and what was sealed before it is in flight or at its end. */
  #checkOrder(batch: QueueBatch): void {
    const { topic, partition } = batch
    const ids = this.#idsOf(batch)
    const appended = this.#appended.get(`${topic}-${partition}`) ?? []
    const from = appended.findIndex(({ id }) => id === ids[0])
    const following = appended.slice(from).filter(({ id }) => !this.#gone.has(id))
    expect(ids).toEqual(following.slice(0, ids.length).map(({ id }) => id))
    const passedOver = appended.slice(0, from).filter(({ id }) => !this.#gone.has(id))
    expect(passedOver, 'records passed over').toEqual([])
  }

  /** At once: what is split or released has other bytes later. */
  #note(message: ToQueue | ToFront): void {
    if (message.type === 'sealed') {
      const { id, buffer, bytes } = message.batch
      const payload = new Uint8Array(buffer, 0, bytes)
      this.#sealed.set(id, this.#idsIn({ ...message.batch, codecId: 0, payload }, payload))
    } else if (message.type === 'settled') {
      const { first, count } = message
      for (const id of this.#sealed.get(message.batch)!.slice(first, first + count))
        this.#gone.add(id)
    }
  }

  #idsOf(batch: QueueBatch): number[] {
    return this.#idsIn(batch, batch.codecId === 0 ? batch.payload : gunzipSync(batch.payload))
  }

  #idsIn(batch: BatchToRead, payload: Uint8Array): number[] {
    return recordsOf(batch, payload).map(({ value }) => {
      const id = Number.parseInt(value!)
      expect(value).toBe(this.records[id]!.value)
      return id
    })
  }

  // What must always be true.

  check(): void {
    // What is found wrong inside a callback is caught by the accumulator, as a user's mistake would be.
    expect(this.accumulator.runtime.logged).toEqual([])
    const { bufferBytes, compression } = this.#setting
    const appended = this.records.filter(({ state }) => state === 'appended')
    const held = appended.reduce((sum, { heldBytes }) => sum + heldBytes, 0)
    const used = buffersInUse.bytes * (compression === undefined ? 1 : 2) + held
    expect(used, 'bytes in use').toBeLessThanOrEqual(bufferBytes)
    expect(used + buffersInUse.pooledBytes, 'with the pool').toBeLessThanOrEqual(bufferBytes)
    const { waiting } = this
    const waitingBytes = waiting.reduce((sum, record) => sum + this.#waiters.get(record)!.bytes, 0)
    expect(waitingBytes, 'bytes that wait').toBeLessThanOrEqual(bufferBytes)
    const { front } = this.accumulator
    expect(front.pending).toBe(waiting.length + appended.length > 0)
    const inLine = linesInUse.bytes
    expect(inLine, 'bytes in the line').toBeGreaterThanOrEqual(waitingBytes)
    expect(inLine === 0, 'an empty line holds nothing').toBe(waiting.length === 0)
    const { parkedBytes } = linesInUse
    expect(parkedBytes, 'bytes that are held back').toBeLessThanOrEqual(inLine)
    const counted = Math.max(used + inLine - parkedBytes, parkedBytes)
    expect(front.hasRoom).toBe(counted <= bufferBytes / 2)
    const starving = waiting.filter(({ topic }) => front.forTopic(topic).snapshot !== undefined)
    if (used === 0) expect(starving, 'waiters while all memory is free').toEqual([])
    for (const { before, resolved } of this.flushes) {
      const unsettled = before.filter(({ state }) => state === 'waits' || state === 'appended')
      if (resolved) expect(unsettled, 'unsettled after flush').toEqual([])
    }
  }

  checkAllGone(): void {
    this.check()
    const states = this.records.map(({ state }) => state)
    expect(states).not.toContain('waits')
    expect(states).not.toContain('appended')
    expect(buffersInUse.bytes).toBe(0)
    expect(this.accumulator.front.hasRoom).toBe(true)
    for (const { resolved } of this.flushes) expect(resolved).toBe(true)
  }
}
