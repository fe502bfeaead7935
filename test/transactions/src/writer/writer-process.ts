import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { exitOf, spawnChild, waitFor } from '@sluice/test-kafka'
import type { History } from '../judge/history.js'

/** What the process is to do. */
export interface WriterOptions {
  readonly bootstrapServers: string
  readonly transactionalId: string
  readonly topic: string
  readonly partitions: number
  readonly seed: number
  /** The number of its first transaction, and how many there are. */
  readonly first: number
  readonly count: number
  /** Where it waits for `goOn`, and in which transaction: in the middle of it, or before it begins. */
  readonly holds?: 'half' | 'idle'
  readonly holdsAt?: number
  /** A consumer group whose offsets it sends with each transaction. */
  readonly group?: string
  readonly transactionTimeoutMs?: number
  /** The longest pause in the middle of a transaction. */
  readonly mostPauseMs: number
}

const program = fileURLToPath(new URL('writer.ts', import.meta.url))
const node = ['--conditions=@sluice/source', '--import', 'tsx']

/**
 * A process of its own whose producer loops transactions. What it says goes into the history:
 * `begin` number size, `commit` number before it calls commit, `committed` and `aborted` number, `half` and `idle` number where it
 * waits, `doomed` number code where something failed that it aborts, `failed` number code fatal message, `done`.
 */
export class WriterProcess implements AsyncDisposable {
  /** All that it has said. */
  readonly said: string[] = []
  readonly #child: ChildProcess
  readonly #history: History
  #heard: Promise<void>

  constructor(options: WriterOptions, history: History) {
    this.#history = history
    const args = [...node, program, JSON.stringify(options)]
    this.#child = spawnChild(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#child.stdin!.on('error', () => {})
    const lines = createInterface({ input: this.#child.stdout! })
    lines.on('line', (line) => this.#hear(line))
    this.#heard = new Promise((resolve) => void lines.once('close', resolve))
  }

  /** Waits until it has said something that begins so. @throws Error when it has ended without */
  async until(beginning: string, limitMs = 90_000): Promise<string> {
    return waitFor(
      `the writer says "${beginning}", and not only "${this.said.at(-1) ?? ''}"`,
      async () => {
        const found = this.said.find((line) => line.startsWith(beginning))
        if (found === undefined && this.#child.exitCode !== null)
          throw new Error(`The writer has ended without "${beginning}": ${this.said.at(-1) ?? ''}`)
        return found
      },
      limitMs,
    )
  }

  /** It begins, or goes on from where it holds. */
  goOn(): void {
    this.#child.stdin!.write('go on\n')
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(name)
  }

  /** SIGKILL; resolves when all that it had said is heard. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended()
  }

  /** Also one that is stopped ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  async ended(): Promise<void> {
    await exitOf(this.#child)
    await this.#heard
  }

  #hear(line: string): void {
    this.said.push(line)
    const [word, number, size] = line.split(' ')
    if (word === 'begin') this.#history.begin(Number(number), Number(size))
    else if (word === 'commit') this.#history.tell(Number(number), 'committing')
    else if (word === 'committed' || word === 'aborted') this.#history.tell(Number(number), word)
  }
}
