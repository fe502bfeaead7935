import {
  createProducer,
  KafkaError,
  type Producer,
  type ProducerRecord,
  type Transaction,
} from '@sluice/producer'
import type { ProducerOptions } from '@sluice/producer'
import type { Action, Target } from '../scenario/scenario.js'
import type { EventLoop } from '../time/event-loop.js'
import type { Trace } from '../trace.js'
import { countedSignal, type CountedSignal } from './counted-signal.js'
import { judgeWait } from './judge-wait.js'
import type { Entry, Ledger } from './ledger.js'
import { Transactions } from './transactions/transactions.js'

/** With all that is around its value. */
const largestRecordBytes = 30_000

/** What the program needs. */
export interface ProgramDeps {
  readonly options: ProducerOptions
  readonly ledger: Ledger
  readonly loop: EventLoop
  readonly trace: Trace
  readonly now: () => number
  setClock(ms: number): void
}

/** The program that uses the producer: it does what its scenario says. */
export class Program {
  readonly signals: CountedSignal[] = []
  /** Calls other than of records that have not settled. */
  readonly waiting = new Set<string>()
  readonly transactions: Transactions
  readonly #deps: ProgramDeps
  /** How many actions have been begun. */
  carriedOut = 0
  /** One after the other: a program starts again when the producer before it is closed. */
  #producers = 0
  #producer: Producer
  #restarting: Promise<void> = Promise.resolve()

  constructor(deps: ProgramDeps) {
    this.#deps = deps
    this.#producer = createProducer(deps.options)
    this.transactions = new Transactions({
      producer: () => this.#producer,
      beginAnew: () => this.#restart(0),
      send: (transaction, target) => this.#sendIn(transaction, target),
      pause: (ms) => new Promise((resolve) => void deps.loop.fromSocket(deps.now() + ms, resolve)),
      found: (finding) => void deps.ledger.findings.push(finding),
    })
  }

  /** Which of the producers it has now, from 0 on. */
  get number(): number {
    return this.#producers
  }

  get producer(): Producer {
    return this.#producer
  }

  /** Resolves when the producer is the last one that the program makes. */
  restarted(): Promise<void> {
    return this.#restarting
  }

  carryOut(action: Action): void {
    this.carriedOut++
    this.#deps.trace.event(action.do)
    switch (action.do) {
      case 'send':
        return this.send(action)
      case 'sendMany':
        return this.#sendMany(action)
      case 'enqueue':
        return this.#enqueue(action)
      case 'abort':
        return this.#abort(action, action.afterMs)
      case 'flush':
        return this.#called('flush', this.#producer.flush())
      case 'transact':
        return this.transactions.carryOut(action)
      case 'succeed':
        return this.#called('succeed', this.#succeed())
      case 'restart':
        this.#restarting = this.#restarting.then(() => this.#restart(action.timeoutMs))
        return
      case 'block':
        return this.#deps.loop.block(action.ms)
      case 'setClock':
        return this.#deps.setClock(action.ms)
    }
  }

  send(target: Target, signal?: AbortSignal): void {
    const options = signal === undefined ? {} : { signal }
    for (let index = 0; index < target.count; index++) {
      const { entry, record } = this.#record(target)
      void this.#settles(
        [entry],
        this.#producer.send(record, options).then((metadata) => [metadata]),
      )
    }
  }

  async close(): Promise<void> {
    await this.#restarting
    await this.#producer.close()
  }

  async #sendIn(transaction: Transaction, target: Target): Promise<Entry[]> {
    const made = Array.from({ length: target.count }, () => this.#record(target))
    await Promise.all(
      made.map(({ entry, record }) =>
        this.#settles(
          [entry],
          transaction.send(record).then((metadata) => [metadata]),
        ),
      ),
    )
    return made.map(({ entry }) => entry)
  }

  /** Another process with the same transactional id. */
  async #succeed(): Promise<void> {
    const other = createProducer(this.#deps.options)
    // It may give up: then it has fenced nobody, or does so later.
    await other.connect().catch(() => {})
    await other.close()
  }

  #sendMany(target: Target): void {
    const made = Array.from({ length: target.count }, () => this.#record(target))
    void this.#settles(
      made.map(({ entry }) => entry),
      this.#producer.sendMany(made.map(({ record }) => record)),
    )
  }

  #enqueue(target: Target): void {
    const { ledger } = this.#deps
    for (let index = 0; index < target.count; index++) {
      const { entry, record } = this.#record(target)
      try {
        this.#producer.enqueue(
          record,
          (error, metadata, given) => {
            if (given !== entry) ledger.findings.push(`record ${entry.id}: another context`)
            this.#settled(entry, error, metadata)
          },
          entry,
        )
      } catch (error) {
        // Only while the producer is being closed.
        this.#settled(entry, error, null)
      }
    }
  }

  #abort(target: Target, afterMs: number): void {
    const counted = countedSignal()
    this.signals.push(counted)
    this.send(target, counted.signal)
    const { loop, now } = this.#deps
    loop.fromSocket(now() + afterMs, () => counted.abort())
  }

  async #restart(timeoutMs: number): Promise<void> {
    const closing = this.#producer.close({ timeoutMs })
    this.#called('close', closing)
    await closing.catch(() => {})
    this.#producers++
    this.#producer = createProducer(this.#deps.options)
  }

  #called(what: string, call: Promise<unknown>): void {
    const { trace, ledger, now } = this.#deps
    const name = `${what} at ${now()}`
    this.waiting.add(name)
    const over = (how: string): void => {
      this.waiting.delete(name)
      trace.event(what, how)
    }
    call.then(
      () => over('done'),
      (error: unknown) => {
        over(error instanceof KafkaError ? error.code : String(error))
        const isOfClosed = error instanceof KafkaError && error.code === 'PRODUCER_CLOSED'
        if (!isOfClosed) ledger.findings.push(`${name} rejected: ${String(error)}`)
      },
    )
  }

  #record({ topic, partition, key, bytes }: Target): { entry: Entry; record: ProducerRecord } {
    const entry = this.#deps.ledger.add(topic, partition, this.#producers)
    const value = `${entry.id}:`.padEnd(bytes, 'x')
    return {
      entry,
      record: {
        topic,
        value,
        ...(partition === undefined ? {} : { partition }),
        ...(key === undefined ? {} : { key }),
      },
    }
  }

  #settles(entries: readonly Entry[], call: Promise<unknown[]>): Promise<void> {
    return call.then(
      (results) => {
        entries.forEach((entry, index) => this.#settled(entry, null, results[index]))
      },
      (error: unknown) => {
        const results = error instanceof KafkaError ? error.results : undefined
        entries.forEach((entry, index) => {
          const result = results?.[index] ?? error
          if (result instanceof Error) this.#settled(entry, result, null)
          else this.#settled(entry, null, result)
        })
      },
    )
  }

  #settled(entry: Entry, error: unknown, metadata: unknown): void {
    const { ledger, trace } = this.#deps
    if (error === null) {
      ledger.acknowledged(entry, metadata as never)
      trace.event('acknowledged', entry.id, String(entry.metadata?.offset))
    } else {
      ledger.failed(entry, error)
      const { batchBytes = 0, maxBlockMs = 0 } = this.#deps.options
      const room = { maxBlockMs, roomBytes: batchBytes + largestRecordBytes }
      ledger.findings.push(...judgeWait(entry, this.#producer.metrics(), room))
      trace.event('failed', entry.id, `${entry.error?.code} ${entry.error?.persisted}`)
    }
  }
}
