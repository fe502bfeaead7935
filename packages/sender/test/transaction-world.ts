import type { KafkaError } from '@sluice/protocol'
import type { OffsetsOfGroup, Transactions } from '../src/index.js'
import { type CoordinatorApi, CoordinatorCall, describedAs, foundAt } from './coordinator-call.js'
import { ProduceCall } from './produce-call.js'
import { type Sent, SenderWorld, type SenderWorldOptions } from './sender-world.js'

export interface TransactionWorldOptions extends SenderWorldOptions {
  /** The version of transactions that the cluster has finalized.
   *  @defaultValue 1 */
  readonly version?: 1 | 2
}

/** What has become of a promise so far. */
export class Ending {
  state: 'pending' | 'resolved' | 'rejected' = 'pending'
  error: KafkaError | null = null

  constructor(promise: Promise<unknown>) {
    promise.then(
      () => {
        this.state = 'resolved'
      },
      (error: unknown) => {
        this.state = 'rejected'
        this.error = error as KafkaError
      },
    )
  }

  /** The code of the error; or the state. */
  get code(): string {
    return this.error?.code ?? this.state
  }
}

type Reply<Call> = (call: Call) => void
type Replies = { Produce: Reply<ProduceCall> } & Record<CoordinatorApi, Reply<CoordinatorCall>>

/** A request stays without an answer. The test finds it among the `held`. */
export const never = (): void => {}

/**
 * A transactional sender. Each request is answered with an OK at the end of the turn, as a coordinator that has just begun
 * would: the test says what is to be answered otherwise. Leaders are at node 1, the transaction's coordinator at node 2, those of
 * groups at node 3. The first producer id and epoch are 7 and 0.
 */
export class TransactionWorld extends SenderWorld {
  /** Where coordinators are. */
  readonly coordinators = { transaction: 2, group: 3 }
  /** The producer id and epoch that the coordinator gives next. */
  next = { id: 7n, epoch: 0 }
  /** What the coordinator says of the id's last transaction when it is asked. */
  transactionState = 'Ongoing'
  readonly #replies = new Map<string, Reply<never>[]>()
  readonly #log: string[] = []

  constructor({ version = 1, ...options }: TransactionWorldOptions = {}) {
    super({ transactionalId: 'tx-1', transactionTimeoutMs: 60_000, ...options })
    this.clusterVersion = version
    this.network.up(2, 3)
    this.network.onCall = (call) => {
      this.#log.push(lineOf(call))
      this.runtime.setImmediate(() => this.#answer(call))
    }
  }

  set clusterVersion(version: 1 | 2) {
    this.network.metadata.features.set('transaction.version', version)
  }

  get transactions(): Transactions {
    return this.sender.transactions!
  }

  /** The requests since the last call, in the order in which they were written. */
  requests(): string[] {
    return this.#log.splice(0)
  }

  /** The same, without those of one name. */
  requestsBut(name: string): string[] {
    return this.requests().filter((line) => !line.startsWith(name))
  }

  /** The next requests of this name are answered so, one after the other. */
  answer<Name extends keyof Replies>(name: Name, ...replies: Replies[Name][]): void {
    this.#replies.set(name, [...(this.#replies.get(name) ?? []), ...replies])
  }

  /** The only unanswered request of this name to a coordinator. */
  held(name: CoordinatorApi): CoordinatorCall {
    const held = this.network.coordinatorCalls.filter(
      ({ api, answered }) => api === name && !answered,
    )
    if (held.length !== 1) throw new Error(`${held.length} ${name} requests are unanswered, not 1`)
    return held[0]!
  }

  /** The last request of this name to a coordinator. */
  last(name: CoordinatorApi): CoordinatorCall {
    return this.network.coordinatorCalls.findLast(({ api }) => api === name)!
  }

  /** The id stands under the epoch behind that of this producer now, and its last transaction is in this state. */
  passTo(state: string): void {
    this.next = { id: this.next.id, epoch: this.next.epoch + 1 }
    this.transactionState = state
  }

  /** Answers as a coordinator without any trouble does. */
  ok(call: CoordinatorCall): void {
    const { api, request, version } = call
    if (api === 'FindCoordinator')
      call.respond(
        foundAt(call, this.coordinators[request.keyType === 0 ? 'group' : 'transaction']),
      )
    else if (api === 'InitProducerId' || (api === 'EndTxn' && version === 5)) {
      if (api === 'EndTxn' || request.producerId >= 0n)
        this.next = { id: this.next.id, epoch: request.producerEpoch + 1 }
      call.ok({ producerId: this.next.id, producerEpoch: this.next.epoch })
    } else if (api === 'DescribeTransactions') call.respond(describedAs(this.#described))
    else call.ok()
  }

  /** A sender with an open transaction. */
  static async open(options: TransactionWorldOptions = {}): Promise<TransactionWorld> {
    const world = new TransactionWorld(options)
    await world.begin()
    world.requests()
    return world
  }

  /** A sender with an open transaction that holds one acknowledged record. */
  static async openWithRecord(options: TransactionWorldOptions = {}): Promise<TransactionWorld> {
    const world = await TransactionWorld.open(options)
    await world.sendAll(0, ['first'])
    world.requests()
    return world
  }

  initialize(): Promise<Ending> {
    return this.#ending(this.transactions.initialize())
  }

  begin(): Promise<Ending> {
    return this.#ending(this.transactions.begin())
  }

  commit(): Promise<Ending> {
    return this.#ending(this.transactions.end(true))
  }

  abort(): Promise<Ending> {
    return this.#ending(this.transactions.end(false))
  }

  sendOffsets(offsets: Partial<OffsetsOfGroup> = {}): Promise<Ending> {
    return this.#ending(this.transactions.sendOffsets({ ...offsetsOf('readers'), ...offsets }))
  }

  /** Begins, sends one record, commits. @returns the record and the end of the commit */
  async oneMore(partition = 0): Promise<[sent: Sent, commit: Ending]> {
    const begun = await this.begin()
    if (begun.error !== null) throw begun.error
    const [sent] = await this.sendAll(partition, ['one more'])
    return [sent!, await this.commit()]
  }

  override async settle(): Promise<void> {
    await this.runtime.pass(0)
  }

  override async advance(ms: number): Promise<void> {
    await this.runtime.pass(ms)
  }

  get #described(): object {
    const { id: producerId, epoch: producerEpoch } = this.next
    return { producerId, producerEpoch, transactionState: this.transactionState }
  }

  async #ending(promise: Promise<unknown>): Promise<Ending> {
    const ending = new Ending(promise)
    await this.settle()
    return ending
  }

  #answer(call: ProduceCall | CoordinatorCall): void {
    if (call.answered) return
    const name = call instanceof ProduceCall ? 'Produce' : call.api
    const reply = this.#replies.get(name)?.shift() as Reply<typeof call> | undefined
    if (reply !== undefined) reply(call)
    else if (call instanceof ProduceCall) call.ok()
    else this.ok(call)
  }
}

export function offsetsOf(groupId: string): OffsetsOfGroup {
  return {
    groupId,
    memberId: '',
    generationId: -1,
    groupInstanceId: null,
    offsets: [{ topic: 'orders', partition: 0, offset: 10n, leaderEpoch: -1, metadata: null }],
  }
}

/** `Produce 7/0 1#3`: the batch of partition 1 with the sequence 3 under producer id 7 and epoch 0. */
function lineOf(call: ProduceCall | CoordinatorCall): string {
  if (call instanceof CoordinatorCall) return String(call)
  const { producerId, epoch } = call.batches[0]!
  const batches = call.batches.map(({ partition, sequence }) => `${partition}#${sequence}`)
  return `Produce ${producerId}/${epoch} ${batches.join(' ')}`
}
