import { Readable } from 'node:stream'
import { createProducer } from '@sluice/producer'
import { type CliIo, type EndSignal, runCli } from '../src/index.js'

/** What a run of the command left behind. */
export interface CliRun {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Surroundings of a test: texts in place of streams, and signals that the test sends. */
export function testIo(
  stdin: Iterable<Uint8Array | string> | Readable = [],
  given: Partial<CliIo> = {},
) {
  const texts = { stdout: '', stderr: '' }
  let listener: (signal: EndSignal) => void = () => {}
  const input =
    stdin instanceof Readable ? stdin : Readable.from([...stdin].map((chunk) => Buffer.from(chunk)))
  const io: CliIo = {
    stdin: () => input,
    stdout: { write: (text) => (texts.stdout += text) },
    stderr: { write: (text) => (texts.stderr += text) },
    env: {},
    now: () => performance.now(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
    onSignal: (heard) => {
      listener = heard
      return () => (listener = () => {})
    },
    createProducer: (options) => createProducer(options),
    ...given,
  }
  return { io, texts, signal: (signal: EndSignal) => listener(signal) }
}

/** Runs the command to its end. */
export async function runWith(
  args: readonly string[],
  stdin: Iterable<Uint8Array | string> | Readable = [],
  given: Partial<CliIo> = {},
): Promise<CliRun> {
  const { io, texts } = testIo(stdin, given)
  const code = await runCli(args, io)
  return { code, ...texts }
}
