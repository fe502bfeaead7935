import { type KafkaError, produceApi } from '@sluice/protocol'
import { type ManualClock, manualClock } from '@sluice/protocol/testing'
import { createNetworkClient, type NetworkClientOptions } from '../src/client.js'
import type { Answer, NetworkClient } from '../src/network-client.js'
import type { NetworkObserver } from '../src/observer.js'
import type { NetworkRuntime } from '../src/runtime.js'
import { FakeBroker, FakeClusterView } from './fake-broker.js'
import { ScriptedTransport } from './scripted-transport.js'

interface WorldOptions extends Partial<NetworkClientOptions> {
  readonly brokers?: number
  readonly observer?: NetworkObserver | undefined
}

/** A cluster in memory and a client for it. Broker `n` is `broker-n:9092`. */
export class SocketWorld {
  readonly runtime = manualClock()
  readonly network = new ScriptedTransport()
  readonly view = new FakeClusterView()
  readonly brokers: FakeBroker[] = []
  readonly client: NetworkClient
  changes = 0

  constructor({ brokers = 1, observer, ...options }: WorldOptions = {}) {
    // A back-off without jitter.
    this.runtime.random = () => 0.5
    for (let id = 1; id <= brokers; id++) this.addBroker(id)
    const bootstrapServers = ['broker-1:9092']
    const { network: transport } = this
    const runtime = observer === undefined ? this.runtime : observed(this.runtime, observer)
    this.client = createNetworkClient({ bootstrapServers, ...options, runtime, transport })
    this.client.onChange(() => this.changes++)
  }

  addBroker(id: number): FakeBroker {
    const broker = new FakeBroker(this.view).listen(this.network, `broker-${id}:9092`)
    this.view.brokers.push({ nodeId: id, host: `broker-${id}`, port: 9092 })
    this.brokers.push(broker)
    return broker
  }

  /** What was logged as a warning. */
  get warnings(): string[] {
    return this.runtime.logged.flatMap(({ level, message }) => (level === 'warn' ? message : []))
  }

  get broker(): FakeBroker {
    return this.brokers[0] as FakeBroker
  }

  /** Connects and has the given nodes ready. */
  async connected(...nodes: number[]): Promise<this> {
    const done = this.client.connect()
    await this.runtime.settle()
    await done
    for (const node of nodes) this.client.ready(node)
    await this.runtime.settle()
    return this
  }

  /** Sends an empty Produce request; its answers are collected in order. */
  produce(node: number, acks = -1, answers: Answer<unknown>[] = []): Answer<unknown>[] {
    this.client.send(
      node,
      {
        api: produceApi,
        build: () => ({ transactionalId: null, acks, timeoutMs: 1_000, topicData: [] }),
        expectsAnswer: acks !== 0,
      },
      (answer) => answers.push(answer),
    )
    return answers
  }
}

/** The runtime, and an observer beside its logger. */
function observed(runtime: ManualClock, observer: NetworkObserver): NetworkRuntime {
  return Object.assign(runtime, { observer })
}

/** What a promise comes to; null when it resolves. */
export function outcome(promise: Promise<unknown>): Promise<KafkaError | null> {
  return promise.then(
    () => null,
    (error: KafkaError) => error,
  )
}
