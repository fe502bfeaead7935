import type { ErrorCode, KafkaError } from '@sluice/protocol'
import { type CoordinatorCall, describedAs, foundAt } from './coordinator-call.js'
import { ProduceCall } from './produce-call.js'
import { type Sent, SenderWorld } from './sender-world.js'
import { Successor } from './successor.js'
import { TransactionModel } from './transaction-model.js'

type Call = ProduceCall | CoordinatorCall

/** What a program does in one transaction: so many records of so many partitions, then the end. */
export interface Plan {
  readonly sends: readonly { readonly partition: number; readonly pause: boolean }[]
  readonly commits: boolean
}

/** A transaction that was carried out, and what its caller was told. */
export interface Outcome {
  readonly values: readonly string[]
  told: 'committed' | 'aborted' | 'possibly' | 'open'
}

const nodes = [1, 2, 3]

/** A transactional sender whose every request waits until the test says what becomes of it, and a program that uses it. */
export class TransactionChaos extends SenderWorld {
  readonly model: TransactionModel
  readonly outcomes: Outcome[] = []
  readonly violations: string[] = []
  readonly successor: Successor
  readonly #pending: Call[] = []
  /** Read by a broker before their connection ended, and not worked on yet. */
  readonly #zombies: Call[] = []
  isDone = false

  constructor(version: 1 | 2, seed: number) {
    super({
      transactionalId: 'tx-1',
      leaders: [1, 2, 1].map((node) => ({ node, epoch: 1 })),
      seed,
      jitter: true,
      retryBackoffMs: 20,
      retryBackoffMaxMs: 100,
      deliveryTimeoutMs: 3_000,
      requestTimeoutMs: 1_000,
    })
    this.model = new TransactionModel(version, 3)
    this.successor = new Successor(this.model)
    this.network.metadata.features.set('transaction.version', version)
    this.network.up(2, 3)
    this.network.onCall = (call) => void this.#pending.push(call)
  }

  async run(plans: readonly Plan[]): Promise<void> {
    for (const plan of plans) await this.#carryOut(plan)
    this.#end()
  }

  /**
   * Another producer goes a step on, once this one has begun. A question for an epoch that has left this one and that no
   * coordinator has seen yet would abort what the other opens meanwhile, and no client can help it.
   */
  succeed(): void {
    const isAsking = [...this.#pending, ...this.#zombies].some(
      (call) =>
        !(call instanceof ProduceCall) && call.api === 'InitProducerId' && this.#isOnItsWay(call),
    )
    if (this.outcomes.length > 0 && !isAsking) this.successor.step()
  }

  /** The oldest request of the node is worked on, or refused with this code, and answered. */
  answer(node: number, refusal: ErrorCode | null = null): void {
    const call = this.#takeOldest(node)
    if (call === undefined) return
    if (refusal === null) this.#process(call)
    else call.refuse(fits(refusal, call) ? refusal : 'NOT_LEADER_OR_FOLLOWER')
  }

  /** The connection to the node ends: so many of its requests were worked on, and one more may be yet. */
  cut(node: number, processed: number, leavesZombie: boolean): void {
    const calls = this.#pending.filter((call) => call.node === node && !call.answered)
    for (const [at, call] of calls.entries()) {
      if (at < processed) this.#judge(call)
      if (at === processed && leavesZombie && !isFirstInit(call)) this.#zombies.push(call)
      call.fail('CONNECTION_CLOSED', true)
    }
    this.network.down(node)
    this.network.up(node)
  }

  /** What this producer has open takes too long. */
  timeOut(): void {
    if (!this.successor.isOpen) this.model.timeOut()
  }

  wakeZombie(): void {
    const call = this.#zombies.shift()
    if (call !== undefined) this.#judge(call)
  }

  /** From now on all is well. @returns whether the program has come to its end */
  async heal(): Promise<boolean> {
    while (this.#zombies.length > 0) this.wakeZombie()
    for (let round = 0; round < 2_000; round++) {
      for (const node of nodes) this.answer(node)
      await this.settle()
      this.model.writeMarkers()
      this.successor.finish()
      if (this.isDone && this.#pending.every(({ answered }) => answered)) return true
      if (this.#pending.every(({ answered }) => answered)) await this.runtime.pass(50)
    }
    return false
  }

  async #carryOut({ sends, commits }: Plan): Promise<void> {
    const transactions = this.sender.transactions!
    await this.#untilDone(() => transactions.begin())
    const outcome: Outcome = {
      values: sends.map((_, at) => `${this.outcomes.length}.${at}`),
      told: 'open',
    }
    this.outcomes.push(outcome)
    const sent: Sent[] = []
    for (const [at, { partition, pause }] of sends.entries()) {
      sent.push(this.send(partition, outcome.values[at]!))
      if (pause) await this.#settled(sent)
    }
    if (commits) {
      await this.#settled(sent)
      await this.#commit(outcome, sent)
    }
    if (outcome.told === 'open') {
      await this.#untilDone(() => transactions.end(false))
      outcome.told = 'aborted'
      await this.#settled(sent)
    }
  }

  async #commit(outcome: Outcome, sent: readonly Sent[]): Promise<void> {
    if (sent.some(({ error }) => error !== null)) return
    try {
      await this.sender.transactions!.end(true)
      outcome.told = 'committed'
    } catch (error) {
      const { persisted, code, message } = error as KafkaError
      if (persisted === 'possibly') outcome.told = 'possibly'
      else if (persisted !== 'no') this.violations.push(`a commit fails with ${code}: ${message}`)
    }
  }

  /** What is abortable or passes is tried again. Nothing is fatal but another producer with the id. */
  async #untilDone(call: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await call()
      } catch (error) {
        const { code, fatal, message } = error as KafkaError
        if (!fatal) continue
        if (code === 'PRODUCER_FENCED' && this.successor.hasBegun) this.#end()
        else this.violations.push(message)
        await new Promise(() => {})
      }
    }
  }

  /** The program is at its end; what it never committed is not. */
  #end(): void {
    const last = this.outcomes.at(-1)
    if (last?.told === 'open') last.told = 'aborted'
    this.isDone = true
  }

  #isOnItsWay(call: Call): boolean {
    return !call.answered || this.#zombies.includes(call)
  }

  async #settled(sent: readonly Sent[]): Promise<void> {
    while (sent.some(({ settled }) => settled === 0))
      await new Promise<void>((resolve) => {
        this.onSettled = () => resolve()
      })
  }

  #takeOldest(node: number): Call | undefined {
    return this.#pending.find((call) => call.node === node && !call.answered)
  }

  #process(call: Call): void {
    const answer = this.#judge(call)
    if (call instanceof ProduceCall) call.reply(answer as never)
    else if (typeof answer === 'string') call.refuse(answer as ErrorCode)
    else if (call.api === 'FindCoordinator') call.respond(foundAt(call, 3))
    else call.ok(answer as object)
  }

  /** What the broker does. @returns its answer */
  #judge(call: Call): unknown {
    const { model } = this
    if (call instanceof ProduceCall) {
      const answers = call.batches.map((batch) => [
        batch.partition,
        model.append(batch, call.version),
      ])
      return Object.fromEntries(
        answers.map(([at, code]) => [at, code === null ? { offset: 0n } : { code }]),
      )
    }
    const { api, request, version } = call
    if (api === 'InitProducerId') return model.init(request) ?? model.identity
    if (api === 'EndTxn')
      return model.end(request, request.committed) ?? (version === 5 ? model.identity : {})
    if (api === 'AddPartitionsToTxn')
      return (
        model.add(
          request,
          request.topics.flatMap(({ partitions }) => partitions as number[]),
        ) ?? {}
      )
    if (api === 'DescribeTransactions')
      return describedAs({ ...model.identity, transactionState: model.state })
    return {}
  }
}

/** A producer that begins fences itself where its first request arrives late, and no client can help it. */
function isFirstInit(call: Call): boolean {
  return (
    !(call instanceof ProduceCall) && call.api === 'InitProducerId' && call.request.producerId < 0n
  )
}

/** Each code to the requests that may get it. */
function fits(code: ErrorCode, call: Call): boolean {
  return call instanceof ProduceCall || /COORDINATOR|CONCURRENT/.test(code)
}
