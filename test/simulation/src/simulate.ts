import process from 'node:process'
import { seededRandom } from '@sluice/protocol/testing'
import { judgeRecords, promisesOf } from './judge/judge-records.js'
import {
  judgeMemory,
  judgeRecovery,
  judgeRemains,
  judgeSequences,
  judgeTimes,
} from './judge/judge-rest.js'
import { judgeTransactions } from './judge/judge-transactions.js'
import { logsOf, visibleIn } from './judge/logs.js'
import { WireJudge } from './judge/wire/wire-judge.js'
import { type Entry, Ledger } from './program/ledger.js'
import { type OptionsDeps, optionsOf } from './program/options.js'
import { Program } from './program/program.js'
import { Reach } from './reach.js'
import type { Scenario } from './scenario/scenario.js'
import { inRealTasks } from './time/real-tasks.js'
import { realUses, surroundedBy } from './time/replaced-process.js'
import { SimulatedTime } from './time/simulated-time.js'
import { Trace } from './trace.js'
import { wallClockStart, World } from './world/world.js'

/** What came of a run. */
export interface Outcome {
  /** What is wrong, in words. */
  readonly findings: readonly string[]
  readonly trace: Trace
  readonly reach: Reach
  readonly steps: number
  readonly simulatedMs: number
  readonly records: number
  readonly acknowledged: number
}

/** More steps than any run needs. */
const maxSteps = 200_000

/** Carries out one scenario. It must be called inside `inReplacedProcess`. */
export async function simulate(scenario: Scenario, isTraced = false): Promise<Outcome> {
  const run = new Run(scenario, isTraced)
  // Nobody reads the stacks of errors here, and they are a tenth of what a run costs.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  const onRejection = (reason: unknown): void => run.found(`unhandled rejection: ${String(reason)}`)
  process.on('unhandledRejection', onRejection)
  try {
    return await run.carryOut()
  } finally {
    process.off('unhandledRejection', onRejection)
    Error.stackTraceLimit = stackTraceLimit
    surroundedBy(null)
  }
}

class Run {
  readonly #scenario: Scenario
  readonly #time = new SimulatedTime()
  readonly #trace: Trace
  readonly #ledger: Ledger
  readonly #wire: WireJudge
  readonly #reach = new Reach()
  readonly #findings: string[] = []
  #clockMs = wallClockStart
  /** Whether the producer holds nothing that it may still send. */
  #isQuiet: () => boolean = () => true
  #producer: () => number = () => 0
  #steps = 0

  constructor(scenario: Scenario, isTraced: boolean) {
    this.#scenario = scenario
    const now = (): number => this.#time.now
    const { idempotent: isIdempotent = true } = scenario.producer
    this.#trace = new Trace(now, isTraced)
    this.#wire = new WireJudge({
      now,
      isIdempotent,
      isQuiet: () => this.#isQuiet(),
      producer: () => this.#producer(),
    })
    this.#ledger = new Ledger(now, this.#wire.records)
  }

  get #isTransactional(): boolean {
    return this.#scenario.transactionVersion !== undefined
  }

  found(finding: string): void {
    this.#findings.push(finding)
  }

  async carryOut(): Promise<Outcome> {
    const { seed } = this.#scenario
    surroundedBy({
      time: this.#time,
      random: seededRandom(seed ^ 0x5eed),
      wallClock: () => Math.floor(this.#clockMs + this.#time.now),
    })
    const world = await World.create({
      scenario: this.#scenario,
      time: this.#time,
      random: seededRandom(seed ^ 0x31e),
      trace: this.#trace,
      tap: (node, connection) => this.#wire.tap(node, connection),
    })
    await this.#live(world)
    for (const use of realUses.splice(0)) this.found(use)
    const { entries } = this.#ledger
    for (const { error } of entries) if (error !== null) this.#reach.told(error)
    return {
      findings: [...this.#findings, ...this.#ledger.findings, ...this.#wire.findings],
      trace: this.#trace,
      reach: this.#reach,
      steps: this.#steps,
      simulatedMs: this.#time.now,
      records: entries.length,
      acknowledged: entries.filter(({ metadata }) => metadata !== null).length,
    }
  }

  async #live(world: World): Promise<void> {
    let isOver = false
    const program = new Program({
      options: optionsOf({ ...this.#stage(), network: world.network }),
      ledger: this.#ledger,
      loop: this.#time.loop,
      trace: this.#trace,
      now: () => this.#time.now,
      setClock: (ms) => (this.#clockMs = wallClockStart + ms),
    })
    this.#isQuiet = () => judgeMemory(program.producer).length === 0
    this.#producer = () => program.number
    world.isQuiet = this.#isQuiet
    const whole = this.#whole(world, program).then(
      () => (isOver = true),
      (error: unknown) => {
        this.found(`the run broke: ${error instanceof Error ? error.stack : String(error)}`)
        isOver = true
      },
    )
    await inRealTasks(() => !isOver && this.#step())
    if (isOver) await whole
    else {
      const open = this.#ledger.entries.filter(({ settled }) => settled === 0)
      this.found(
        `stands still after ${this.#steps} steps and ${this.#time.now} ms; open: ${open.map(({ id }) => id).join(' ')} ${[...program.waiting].join()}`,
      )
    }
  }

  #stage(): Omit<OptionsDeps, 'network'> {
    return { scenario: this.#scenario, time: this.#time, trace: this.#trace, reach: this.#reach }
  }

  #step(): boolean {
    return this.#steps++ < maxSteps && this.#time.step()
  }

  /** The program and its world, then a world in which all is well, then the end. */
  async #whole(world: World, program: Program): Promise<void> {
    const { actions, faults, producer: settings, topics } = this.#scenario
    const { loop } = this.#time
    for (const { kind } of faults) this.#reach.count('fault', kind)
    for (const fault of faults) this.#time.inWorld(fault.at, () => world.happens(fault))
    for (const action of actions) loop.fromSocket(action.at, () => program.carryOut(action))
    const lastAt = Math.max(0, ...actions.map(({ at }) => at), ...faults.map(({ at }) => at))
    await this.#pass(lastAt + 1)
    world.heal()
    await this.#until(() => program.carriedOut === actions.length)
    await program.restarted()
    await this.#until(() => program.transactions.areOver)
    const healedAt = this.#time.now
    await this.#settled(program, settings.maxBlockMs + settings.deliveryTimeoutMs + slackMs)
    this.#findings.push(...judgeRecovery(this.#ledger, this.#scenario, healedAt))
    await this.#goesOn(program, Object.keys(topics))
    this.#findings.push(...judgeMemory(program.producer))
    await program.close()
    await this.#pass(lingeringMs)
    this.#findings.push(...judgeRemains(program, loop, world.network))
    const logs = logsOf(world, Object.keys(topics))
    this.#findings.push(...judgeRecords(this.#ledger.entries, logs, promisesOf(this.#scenario)))
    if (this.#isTransactional)
      this.#findings.push(
        ...judgeTransactions(program.transactions.outcomes, visibleIn(world, Object.keys(topics))),
      )
    this.#findings.push(...judgeSequences(this.#ledger, this.#scenario))
    this.#findings.push(...judgeTimes(this.#ledger, this.#scenario))
    surroundedBy(null)
    await world.cluster
      .close()
      .catch((error: unknown) => this.found(`an interceptor: ${String(error)}`))
  }

  /** All is well again: what is sent now arrives, as soon as the producer has noticed that its connections are dead. */
  async #goesOn(program: Program, topics: readonly string[]): Promise<void> {
    const { entries } = this.#ledger
    if (this.#isTransactional) return this.#transactsOn(program, topics)
    for (let round = 1; ; round++) {
      const before = entries.length
      for (const topic of topics) program.send({ topic, partition: 0, bytes: 10, count: 2 })
      await this.#settled(program, 120_000)
      const bad = entries.slice(before).filter(({ metadata }) => metadata === null)
      if (bad.length === 0) return
      await this.#pass(10_000)
      if (round === rounds) {
        const [{ id, error }] = bad as [Entry]
        return this.found(
          `it does not go on: record ${id} ${error?.code ?? 'is open'} ${error?.message ?? ''}`,
        )
      }
    }
  }

  async #transactsOn({ transactions }: Program, topics: readonly string[]): Promise<void> {
    const sends = topics.map((topic) => ({ topic, partition: 0, bytes: 10, count: 2 }))
    for (let round = 1; round <= rounds; round++) {
      transactions.carryOut({ sends, pauseMs: 0, commits: true, offsets: true })
      await this.#until(() => transactions.areOver)
      if (transactions.outcomes.at(-1)!.told === 'committed') return
      await this.#pass(10_000)
    }
    this.found(`it does not go on: no transaction is committed`)
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await this.#pass(20)
  }

  /** A record whose signal was aborted is settled, and may still be on its way. */
  async #settled(program: Program, withinMs: number): Promise<void> {
    const end = this.#time.now + withinMs
    const isBusy = (): boolean => this.#ledger.open > 0 || judgeMemory(program.producer).length > 0
    while (this.#time.now < end && isBusy()) await this.#pass(20)
  }

  #pass(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#time.inWorld(ms, resolve)
    })
  }
}

const slackMs = 2_000
/** How often a program tries. */
const rounds = 5
/** What a broker or a connection may still do after the end. */
const lingeringMs = 5_000
