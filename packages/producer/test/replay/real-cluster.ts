import { setTimeout as sleep } from 'node:timers/promises'
import { produceApi } from '@sluice/protocol'
import {
  createFaultProxies,
  type FaultProxies,
  type FaultProxy,
  type RequestFrame,
  type Verdict,
} from '@sluice/test-fault-proxy'
import { type KafkaCluster, moveLeader } from '@sluice/test-kafka'
import type { Cut, Fault, UnreliableCluster } from '../../../../test/random-faults/scenario.js'
import { ProduceExchange } from './produce-exchange.js'
import { sendAlone } from './send-alone.js'
import { type Place, SentRecords } from './sent-records.js'
import type { Tally } from './tally.js'
import { WatchedWire } from './watched-wire.js'

/** How long a step waits for a request that it could do something to. If none comes it does nothing, as in the simulation. */
const patienceMs = 100
const pollMs = 2

/** Does what a scenario says to a real Kafka and to the connections that lead to it. */
export class RealCluster implements UnreliableCluster, AsyncDisposable {
  readonly records: SentRecords
  readonly tally: Tally
  readonly #kafka: KafkaCluster
  readonly #place: Place
  readonly #proxies: FaultProxies
  readonly #wire: WatchedWire
  /** Requests that wait for a step, in the order of arrival. */
  readonly #held = new Set<ProduceExchange>()
  /** At work at the broker. */
  readonly #atWork = new Map<string, ProduceExchange>()
  /** Read by a broker before its connection ended, and not worked on yet. */
  readonly #zombies: ProduceExchange[] = []
  readonly #down = new Set<number>()
  #healed = false

  static async join(kafka: KafkaCluster, place: Place, tally: Tally): Promise<RealCluster> {
    const addresses = kafka.brokers.map(({ host, port }) => `${host}:${port}`)
    return new RealCluster(kafka, place, tally, await createFaultProxies(addresses))
  }

  private constructor(kafka: KafkaCluster, place: Place, tally: Tally, proxies: FaultProxies) {
    this.#kafka = kafka
    this.#place = place
    this.#proxies = proxies
    this.tally = tally
    for (const [index, proxy] of proxies.proxies.entries())
      this.#misbehave(kafka.brokers[index]!.id, proxy)
    this.#wire = new WatchedWire(proxies.transport)
    this.records = new SentRecords(kafka.bootstrapServers, this.#wire, place)
  }

  get violations(): string[] {
    return this.#wire.violations
  }

  send(partition: number, batches: number): void {
    this.records.send(partition, batches)
  }

  async answer(node: number, faults: readonly Fault[]): Promise<void> {
    const [exchange] = await this.#arrivedAt(node)
    if (exchange === undefined) return
    this.tally.answers++
    this.tally.faults += faults.filter(({ kind }) => kind !== 'none').length
    await this.#process(exchange, faults)
  }

  async answerAll(node: number): Promise<void> {
    for (const exchange of await this.#arrivedAt(node)) await this.#process(exchange, [])
  }

  async cut(node: number, { processed, written, zombie, faults }: Cut): Promise<void> {
    const held = await this.#arrivedAt(node)
    for (const exchange of held.slice(0, processed)) {
      this.tally.unheard++
      await this.#process(exchange, faults, true)
    }
    const next = held[processed]
    if (zombie && written > 0 && next !== undefined) this.#zombies.push(next)
    this.tally.cuts++
    this.#down.add(node)
    this.#proxies.proxies[this.#kafka.brokers.findIndex(({ id }) => id === node)]!.reset()
  }

  up(node: number): void {
    this.#down.delete(node)
  }

  async moveLeader(partition: number, node: number): Promise<void> {
    const { topic, firstPartition } = this.#place
    const replicas = node === 1 ? [1, 2] : [2, 1]
    this.tally.moves++
    const move = { topic, partition: firstPartition + partition, replicas }
    await moveLeader(this.#kafka.brokers[0]!, move)
  }

  /** Not here: all scenarios share the brokers. */
  restartLog(): void {}

  /** The producer asks for itself. */
  refreshMetadata(): void {}

  async wakeZombie(): Promise<void> {
    const zombie = this.#zombies.shift()
    if (zombie === undefined) return
    this.tally.zombies++
    const broker = this.#kafka.brokers.find(({ id }) => id === zombie.node)!
    await sendAlone(broker, zombie.request.bytes)
  }

  async wait(ms: number): Promise<void> {
    await sleep(ms)
  }

  /** From now on all is well. */
  async heal(): Promise<void> {
    while (this.#zombies.length > 0) await this.wakeZombie()
    this.#down.clear()
    this.#healed = true
    for (const exchange of this.#held) void this.#process(exchange, [])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.records.producer.close()
    await this.#proxies[Symbol.asyncDispose]()
  }

  /** What waits at a broker, in the order of arrival. */
  async #arrivedAt(node: number): Promise<ProduceExchange[]> {
    const deadline = performance.now() + patienceMs
    for (;;) {
      const held = [...this.#held].filter((exchange) => exchange.node === node)
      const mayCome = !this.#down.has(node) && this.records.unsettled > 0
      if (held.length > 0 || !mayCome || performance.now() > deadline) return held
      await sleep(pollMs)
    }
  }

  async #process(
    exchange: ProduceExchange,
    faults: readonly Fault[],
    losesAnswer = false,
  ): Promise<void> {
    // Meanwhile its connection may have ended.
    if (!this.#held.delete(exchange)) return
    const key = keyOf(exchange.node, exchange.request)
    this.#atWork.set(key, exchange)
    await exchange.process(faults, losesAnswer)
    this.#atWork.delete(key)
  }

  #misbehave(node: number, proxy: FaultProxy): void {
    proxy.onRequest = (request) => this.#arrived(node, request)
    proxy.onAnswer = (answer) => this.#atWork.get(keyOf(node, answer))?.answer(answer) ?? 'pass'
    proxy.onClose = (connection) => {
      for (const exchange of [...this.#held, ...this.#atWork.values()]) {
        if (exchange.node !== node || exchange.request.connection !== connection) continue
        this.#held.delete(exchange)
        exchange.lose()
      }
    }
  }

  #arrived(node: number, request: RequestFrame): Verdict | Promise<Verdict> {
    if (this.#down.has(node)) return 'reset'
    if (request.apiKey !== produceApi.key || this.#healed) return 'pass'
    const exchange = new ProduceExchange(node, request)
    this.#held.add(exchange)
    return exchange.verdict
  }
}

function keyOf(node: number, { connection, correlationId }: RequestFrame): string {
  return `${node} ${connection} ${correlationId}`
}
