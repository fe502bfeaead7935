import {
  type AccumulatorOptions,
  createAccumulator,
  type Delivery,
  noRoom,
  type SettledMessage,
  type TopicFront,
} from '@sluice/accumulator'
import type { KafkaError } from '@sluice/protocol'
import { type ManualClock, manualClock } from '@sluice/protocol/testing'
import { createSender, type Sender, type SenderObserver, type SenderOptions } from '../src/index.js'
import { loadTransactions } from '../src/transactions/late-transactions.js'
import type { ProduceCall } from './produce-call.js'
import { ScriptedNetworkClient } from './scripted-network-client.js'

// The first transactional sender of a process would begin later than all others.
await loadTransactions()

/** A record that was sent, and what became of it. */
export interface Sent {
  readonly topic: string
  readonly partition: number
  readonly value: string
  settled: number
  error: KafkaError | null
  offset: bigint | null
  timestamp: number | null
  at: number
}

export interface SenderWorldOptions extends AccumulatorOptions, SenderOptions {
  /** Leaders of the partitions of `orders`; the default is two, both at node 1. */
  readonly leaders?: readonly { readonly node: number; readonly epoch: number }[]
  /** Answer InitProducerId by hand. */
  readonly holdIdentity?: boolean
  readonly seed?: number
  readonly observer?: SenderObserver
  /** False for a metadata that tells only that something has changed. */
  readonly watched?: boolean
  /** Back-offs without jitter. */
  readonly jitter?: boolean
}

/** A sender between a real accumulator and a network that does as the test says. Each record is a batch unless `batchRecords` says otherwise. */
export class SenderWorld {
  readonly runtime: ManualClock
  readonly network = new ScriptedNetworkClient()
  readonly accumulator
  readonly sender: Sender
  /** In the order of settling. */
  readonly settled: Sent[] = []
  /** What the front was told of them. */
  readonly settledMessages: SettledMessage[] = []
  /** Ids of the batches whose memory was given back; ids count from 1. */
  readonly released: number[] = []
  /** What the caller does in its delivery callback. */
  onSettled: (sent: Sent) => void = () => {}
  readonly #holdIdentity: boolean
  readonly #topics = new Map<string, TopicFront>()
  #nextId = 1_000n

  constructor(options: SenderWorldOptions = {}) {
    const {
      leaders,
      holdIdentity = false,
      seed = 1,
      jitter = false,
      observer,
      watched,
      ...rest
    } = options
    const runtime = manualClock({ seed })
    // Half way between the two ends of the jitter.
    if (!jitter) runtime.random = () => 0.5
    this.runtime = runtime
    this.#holdIdentity = holdIdentity
    this.accumulator = createAccumulator({
      batchRecords: 1,
      runtime,
      link: {
        toFront: (message, deliver) => {
          if (message.type === 'released') this.released.push(message.batch)
          if (message.type === 'settled') this.settledMessages.push(message)
          deliver(message)
        },
      },
      ...rest,
    })
    const node1 = { node: 1, epoch: 5 }
    this.network.metadata.setTopic('orders', leaders ?? [node1, node1])
    this.network.up(1)
    if (watched === false) Object.assign(this.network.metadata, { watch: undefined })
    const observed = observer === undefined ? runtime : Object.assign(runtime, { observer })
    this.sender = createSender({ ...rest, runtime: observed })
    this.sender.start({ queue: this.accumulator.queue, network: this.network })
  }

  send(partition: number, value: string, topic = 'orders'): Sent {
    const sent: Sent = {
      topic,
      partition,
      value,
      settled: 0,
      error: null,
      offset: null,
      timestamp: null,
      at: -1,
    }
    const timestamp = this.runtime.wallClock()
    const record = { partition, key: null, value, headers: null, timestamp }
    const bytes = this.#topic(topic).append(record, this.#delivery, sent, undefined)
    if (bytes === noRoom) throw new Error('out of memory')
    return sent
  }

  /** The front has let the topic go. */
  forget(topic: string): void {
    this.#topics.delete(topic)
  }

  /** Sends one after the other, and lets the sender run. */
  async sendAll(partition: number, values: readonly string[]): Promise<Sent[]> {
    const sent = values.map((value) => this.send(partition, value))
    await this.settle()
    return sent
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      this.runtime.advance(0)
      for (let task = 0; task < 6; task++) await Promise.resolve()
      this.#giveIdentity()
    }
  }

  async advance(ms: number): Promise<void> {
    await this.settle()
    await this.runtime.pass(ms)
    await this.settle()
  }

  /** The only unanswered request. */
  call(node?: number): ProduceCall {
    const calls = this.calls(node)
    if (calls.length !== 1) throw new Error(`${calls.length} requests are unanswered, not 1`)
    return calls[0]!
  }

  calls(node?: number): ProduceCall[] {
    return this.network.unanswered(node)
  }

  /** Values of every unanswered request. */
  get onTheWay(): string[][] {
    return this.calls().map(({ values }) => values)
  }

  /** Opens the gate of a partition: one batch goes ahead and is acknowledged. */
  async openGate(partition = 0): Promise<void> {
    this.send(partition, 'ahead')
    await this.settle()
    this.call().ok()
    await this.settle()
  }

  #topic(name: string): TopicFront {
    let topic = this.#topics.get(name)
    if (topic === undefined) this.#topics.set(name, (topic = this.accumulator.front.forTopic(name)))
    return topic
  }

  #giveIdentity(): void {
    if (this.#holdIdentity) return
    for (const call of this.network.identityCalls.splice(0)) call.ok(this.#nextId++)
  }

  readonly #delivery: Delivery = {
    heldBytes: 100,
    settle: (settlement, index, sent) => {
      const record = sent as Sent
      record.settled++
      record.error = settlement.error
      record.at = this.runtime.now()
      if (settlement.error === null) {
        const { offset, timestamp } = settlement.metadata(index)
        record.offset = offset
        record.timestamp = timestamp
      }
      this.settled.push(record)
      this.onSettled(record)
    },
  }
}
