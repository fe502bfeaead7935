import type { ErrorCode } from '@sluice/protocol'
import { RepeatedBytes } from '../../../test/random-faults/repeated-bytes.js'
import type { Cut, Fault, UnreliableCluster } from '../../../test/random-faults/scenario.js'
import type { WireBatch } from '../../../test/random-faults/wire-batch.js'
import { BrokerLog } from './broker-log.js'
import { DeadTime } from './dead-time.js'
import type { PartitionReply, ProduceCall } from './produce-call.js'
import type { Sent, SenderWorld } from './sender-world.js'

/** Of the sender, jitter included. */
export const longestBackoffMs = 240
/** Time passes in such steps, so that what a timer does is done before it goes on. */
const tickMs = 25

/** Two brokers that fail as a test says, the true logs, and what must hold at every moment. */
export class FaultyCluster implements UnreliableCluster {
  /** Of each partition, the log of the topic that is, after those of topics that were deleted. */
  readonly logs: BrokerLog[][]
  readonly sent: Sent[] = []
  readonly #world: SenderWorld
  readonly #leaders: { node: number; epoch: number }[]
  /** Read by a broker before its connection ended, and not worked on yet. */
  readonly #zombies: ProduceCall[] = []
  readonly #repeated = new RepeatedBytes()
  readonly #deadTime = new DeadTime(longestBackoffMs + tickMs)
  readonly #violations: string[] = []
  #seen = 0
  #topicId: string
  #created = 0
  /** All topics that bore the name before this one; the producer may have known the first, or not. */
  readonly #formerIds = ['bbbbbbbb-0000-4000-8000-000000000000']
  /** The one that its brokers do not know to be gone. */
  #lingering: string | null = null

  constructor(
    world: SenderWorld,
    leaders: readonly { readonly node: number; readonly epoch: number }[],
  ) {
    this.#world = world
    this.#leaders = leaders.map((leader) => ({ ...leader }))
    this.logs = leaders.map(() => [new BrokerLog(), new BrokerLog()])
    this.#topicId = world.network.metadata.topic('orders')!.id
  }

  get violations(): string[] {
    return [...this.#violations, ...this.#repeated.violations, ...this.#deadTime.violations]
  }

  send(partition: number, batches: number): void {
    for (let batch = 0; batch < batches; batch++) {
      const pair = this.sent.length / 2
      for (const half of ['a', 'b']) this.sent.push(this.#world.send(partition, `${pair}${half}`))
    }
  }

  answer(node: number, faults: readonly Fault[]): void {
    const [call] = this.#world.calls(node)
    if (call !== undefined) this.#reply(call, this.#process(call, faults))
  }

  answerAll(node: number): void {
    for (const call of this.#world.calls(node)) this.#reply(call, this.#process(call, []))
  }

  cut(node: number, { processed, written, zombie, faults }: Cut): void {
    const calls = this.#world.calls(node)
    for (const call of calls.slice(0, processed)) this.#process(call, faults)
    const unread = calls.slice(processed)
    if (zombie && written > 0 && unread[0] !== undefined) this.#zombies.push(unread[0])
    for (const [index, call] of calls.entries()) {
      call.fail('CONNECTION_CLOSED', index < processed + written)
    }
    this.#world.network.down(node)
  }

  up(node: number): void {
    if (this.#world.network.connectionId(node) === 0) this.#world.network.up(node)
  }

  wakeZombie(): void {
    const call = this.#zombies.shift()
    if (call !== undefined) this.#process(call, [])
  }

  restartLog(partition: number): void {
    this.#log(partition).restart()
  }

  /**
   * The topic is deleted and created again: empty logs, and leader epochs from 0 on.
   * @param between - of each broker, how many of the requests that name the topic by its name it works on meanwhile
   */
  recreate(between: number): void {
    if (this.#isByName) this.#answerWithoutTopic(between)
    this.#formerIds.push(this.#topicId)
    this.#topicId = `aaaaaaaa-0000-4000-8000-${String(++this.#created).padStart(12, '0')}`
    for (const logs of this.logs) logs.push(new BrokerLog())
    for (const leader of this.#leaders) leader.epoch = 0
  }

  moveLeader(partition: number, node: number): void {
    const leader = this.#leaders[partition]!
    leader.node = node
    leader.epoch++
  }

  refreshMetadata(): void {
    this.#lingering = null
    this.#tell(this.#topicId)
  }

  /** The producer hears of a topic that is gone, from brokers that lag behind: they still write into it. */
  nameFormer(which: number): void {
    this.#lingering = this.#formerIds.at(-1 - which) ?? this.#formerIds[0]!
    this.#tell(this.#lingering)
  }

  async wait(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= tickMs) {
      this.#world.runtime.advance(Math.min(left, tickMs))
      await this.step()
    }
  }

  /** From now on all is well. @returns false when records are left that nothing moves */
  async heal(): Promise<boolean> {
    while (this.#zombies.length > 0) this.wakeZombie()
    this.refreshMetadata()
    for (const node of [1, 2]) this.up(node)
    const isSettled = (): boolean => this.sent.every(({ settled }) => settled > 0)
    for (;;) {
      await this.step()
      if (this.#isSilent && isSettled()) return true
      // Who waits for longer, waits for nothing.
      if (this.#isSilent) await this.wait(longestBackoffMs + 1)
      if (this.#isSilent && !isSettled()) return false
      for (const node of [1, 2]) this.answer(node, [])
    }
  }

  /** Whether no answer is awaited. */
  get #isSilent(): boolean {
    return this.#world.calls().length === 0
  }

  get #isByName(): boolean {
    return this.#world.network.produceVersion < 13
  }

  #tell(topicId: string): void {
    const { metadata } = this.#world.network
    const leaders = this.#leaders.map((leader) => ({ ...leader }))
    metadata.setTopic('orders', leaders, topicId)
    this.#world.network.changed()
  }

  #log(partition: number): BrokerLog {
    return this.logs[partition]!.at(-1)!
  }

  #logFor({ partition, topicId }: WireBatch): BrokerLog | undefined {
    if (this.#isByName || topicId === this.#topicId) return this.#log(partition)
    if (topicId !== this.#lingering) return undefined
    return this.logs[partition]![this.#formerIds.indexOf(topicId)]
  }

  #answerWithoutTopic(calls: number): void {
    for (const node of [1, 2])
      for (const call of this.#world.calls(node).slice(0, calls))
        call.refuse('UNKNOWN_TOPIC_OR_PARTITION')
  }

  async step(): Promise<void> {
    await this.#world.settle()
    this.#checkNewCalls()
    this.#checkMemory()
    for (const partition of this.#leaders.keys()) {
      this.#deadTime.look(partition, this.#couldGo(partition), this.#world.runtime.now())
    }
  }

  #checkNewCalls(): void {
    const { calls } = this.#world.network
    for (; this.#seen < calls.length; this.#seen++) {
      for (const batch of calls[this.#seen]!.batches) this.#repeated.saw(batch)
    }
    for (const partition of this.#leaders.keys()) this.#checkInFlight(partition)
  }

  #checkInFlight(partition: number): void {
    const inFlight = this.#inFlight(partition)
    if (inFlight.length > 5) this.#violations.push(`${inFlight.length} in flight`)
    const connections = new Set(inFlight.map(({ connection }) => connection))
    if (connections.size > 1) this.#violations.push(`in flight on ${connections.size} connections`)
  }

  /** Whether only the sender itself keeps a partition from going on. */
  #couldGo(partition: number): boolean {
    const { network } = this.#world
    const leader = network.metadata.leader('orders', partition)
    if (leader === null || network.connectionId(leader.node) === 0) return false
    if (this.#inFlight(partition).length > 0 || !network.ready(leader.node)) return false
    return this.sent.some((one) => one.partition === partition && one.settled === 0)
  }

  #inFlight(partition: number): ProduceCall[] {
    return this.#world
      .calls()
      .filter(({ batches }) => batches.some((batch) => batch.partition === partition))
  }

  #checkMemory(): void {
    const { released } = this.#world
    if (new Set(released).size < released.length) this.#violations.push('given back twice')
    for (const { values } of this.#world.calls().flatMap(({ batches }) => batches)) {
      // A pair is a batch, and both are counted in one order; ids begin at 1.
      const id = Number.parseInt(values[0]!) + 1
      if (released.includes(id)) this.#violations.push(`${values[0]} given back while in flight`)
    }
  }

  #process(call: ProduceCall, faults: readonly Fault[]): Map<WireBatch, PartitionReply | null> {
    return new Map(
      call.batches.map((batch, index) => [
        batch,
        this.#processBatch(call.node, batch, faults[index] ?? { kind: 'none' }),
      ]),
    )
  }

  #processBatch(node: number, batch: WireBatch, fault: Fault): PartitionReply | null {
    const leader = this.#leaders[batch.partition]!
    if (fault.kind === 'lost' && !fault.written) return null
    if (fault.kind === 'refused') return refusal(batch, fault.code)
    const log = this.#logFor(batch)
    if (log === undefined) return { code: 'UNKNOWN_TOPIC_ID' }
    if (leader.node !== node) return { code: 'NOT_LEADER_OR_FOLLOWER', leader: { ...leader } }
    const result = log.append(batch)
    if (fault.kind === 'lost') return null
    if (result.code !== null) return { code: result.code }
    if (fault.kind === 'written, then') {
      // That it was written shows in the offset only where the code does not tell.
      const offset = fault.code === 'NOT_LEADER_OR_FOLLOWER' ? result.offset : -1n
      return { code: fault.code, offset }
    }
    return { offset: result.offset }
  }

  #reply(call: ProduceCall, replies: ReadonlyMap<WireBatch, PartitionReply | null>): void {
    const byPartition: Record<number, PartitionReply | null> = {}
    for (const [{ partition }, reply] of replies) byPartition[partition] = reply
    call.reply(byPartition)
  }
}

/** Of the batches that it does not take a broker names, by their number, one record, both or none. */
function refusal({ values }: WireBatch, code: ErrorCode): PartitionReply {
  if (code !== 'INVALID_RECORD') return { code }
  const which = Number.parseInt(values[0]!) % 4
  const named = [[], [0], [1], [0, 1]][which]!
  return { code, records: Object.fromEntries(named.map((index) => [index, 'it is bad'])) }
}
