import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { exitOf, spawnChild } from './child.js'
import { tryMetadata } from './metadata.js'
import { standsStill } from './process-state.js'
import { waitFor } from './wait-for.js'

export type BrokerState = 'running' | 'paused' | 'down'

/** One broker of a cluster, and the faults to be had from it. */
export interface KafkaBroker {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly state: BrokerState
  /** What the broker logs, over all its runs. */
  readonly logFile: string
  /** Ends the broker with SIGKILL. */
  kill(): Promise<void>
  /** Ends the broker in an orderly way (SIGTERM). */
  stop(): Promise<void>
  /** Starts the broker anew, on the same ports and files, and waits until it is back in the cluster.
   *  Without a majority of brokers none gets there, so then start them at the same time. */
  start(): Promise<void>
  /** Freezes the broker (SIGSTOP): its connections stay open, nothing is answered. */
  pause(): Promise<void>
  /** Lets it go on (SIGCONT). */
  resume(): void
  /** From its next start on the broker is of another version, which finds the files of this one. */
  become(version: string): Promise<void>
}

/** What it takes to run a broker. */
export interface BrokerSetup {
  readonly id: number
  readonly port: number
  readonly logFile: string
  /** The arguments of `java`. */
  readonly command: readonly string[]
  /** Those for another version of Kafka. */
  readonly commandOf: (version: string) => Promise<readonly string[]>
}

const stopTimeoutMs = 60_000
/** However busy the machine is: only what hangs takes so long. */
const startTimeoutMs = 600_000

/** A broker that runs as a child of this process. */
export class BrokerProcess implements KafkaBroker {
  readonly id: number
  readonly host = '127.0.0.1'
  readonly port: number
  readonly logFile: string
  readonly #commandOf: (version: string) => Promise<readonly string[]>
  #command: readonly string[]
  #child: ChildProcess | undefined
  #paused = false

  constructor({ id, port, logFile, command, commandOf }: BrokerSetup) {
    this.id = id
    this.port = port
    this.logFile = logFile
    this.#command = command
    this.#commandOf = commandOf
  }

  get state(): BrokerState {
    if (this.#child === undefined) return 'down'
    return this.#paused ? 'paused' : 'running'
  }

  async start(): Promise<void> {
    if (this.#child !== undefined) throw new Error(`Broker ${this.id} is running already.`)
    this.#launch()
    await waitFor(`broker ${this.id} starts`, () => this.#hasJoined(), startTimeoutMs)
  }

  async kill(): Promise<void> {
    const child = this.#running()
    child.kill('SIGKILL')
    await exitOf(child)
  }

  async stop(): Promise<void> {
    const child = this.#running()
    if (this.#paused) this.resume()
    child.kill('SIGTERM')
    await waitFor(`broker ${this.id} stops`, async () => this.state === 'down', stopTimeoutMs)
  }

  async pause(): Promise<void> {
    const child = this.#running()
    child.kill('SIGSTOP')
    this.#paused = true
    await waitFor(`broker ${this.id} stands still`, () => standsStill(child.pid ?? 0))
  }

  resume(): void {
    this.#running().kill('SIGCONT')
    this.#paused = false
  }

  async become(version: string): Promise<void> {
    this.#command = await this.#commandOf(version)
  }

  #running(): ChildProcess {
    if (this.#child === undefined) throw new Error(`Broker ${this.id} is not running.`)
    return this.#child
  }

  #launch(): void {
    const log = openSync(this.logFile, 'a')
    const child = spawnChild('java', this.#command, { stdio: ['ignore', log, log] })
    closeSync(log)
    this.#child = child
    this.#paused = false
    child.once('exit', () => (this.#child = undefined))
  }

  // A broker is listed once it has registered and the controller has let it in.
  async #hasJoined(): Promise<boolean> {
    if (this.#child === undefined) {
      throw new Error(`Broker ${this.id} ended at its start:\n${this.#lastLines()}`)
    }
    const metadata = await tryMetadata(this)
    return metadata?.brokers.some(({ id }) => id === this.id) ?? false
  }

  #lastLines(): string {
    return readFileSync(this.logFile, 'utf8').split('\n').slice(-30).join('\n')
  }
}
