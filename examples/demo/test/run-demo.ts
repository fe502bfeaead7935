import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { argumentsToRun } from '../../../test/program.js'

/** What a run of the demo's program left behind. */
export interface DemoRun {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface DemoRunOptions {
  /** Piped into the program; without it stdin is /dev/null. */
  readonly stdin?: string
  /** Leaves stdin a pipe that nobody writes to. */
  readonly silentStdin?: boolean
  /** Sent once the program has printed something. */
  readonly signal?: NodeJS.Signals
}

const program = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** Runs the demo as `npm run demo` does, and waits until its process is gone. */
export async function runDemo(
  args: readonly string[],
  options: DemoRunOptions = {},
): Promise<DemoRun> {
  const { stdin, silentStdin = false, signal } = options
  const piped = stdin !== undefined || silentStdin
  const node = [...(await argumentsToRun(program)), ...args]
  const child = spawn(process.execPath, node, {
    stdio: [piped ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  })
  if (stdin !== undefined) child.stdin!.end(stdin)
  if (signal !== undefined) child.stdout!.once('data', () => child.kill(signal))
  const texts = { stdout: '', stderr: '' }
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text))
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, ...texts }))
  })
}
