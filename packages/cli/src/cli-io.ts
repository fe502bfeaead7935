import type { Readable } from 'node:stream'
import type { Producer, ProducerOptions } from '@sluice/producer'
import type { EndSignal } from './exit-code.js'

/** Where the command writes. */
export interface CliOutput {
  /** Whether a person looks at it. */
  readonly isTTY?: boolean
  /** Writes this text. */
  write(text: string): unknown
}

/** What the standard input tells besides its bytes. */
export interface CliInput {
  /** Whether a person types. */
  readonly isTTY?: boolean
}

/** All that the command has to do with the world around it. `nodeIo()` is that of a process; tests give their own. */
export interface CliIo {
  /** Opens the standard input. It is not touched before. */
  stdin(): Readable & CliInput
  /** Takes the results. */
  readonly stdout: CliOutput
  /** Takes errors, progress and the counts at the end. */
  readonly stderr: CliOutput
  /** The variables of the environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Monotonic milliseconds. */
  now(): number
  /** Runs once, after `ms` at the earliest. @returns a timer for `clearTimeout` */
  setTimeout(run: () => void, ms: number): unknown
  /** Takes a timer back. */
  clearTimeout(timer: unknown): void
  /** Calls the listener for each signal that asks the command to end. @returns a function that ends this */
  onSignal(listener: (signal: EndSignal) => void): () => void
  /** Makes the producer: `createProducer`. */
  createProducer(options: ProducerOptions): Producer
}
