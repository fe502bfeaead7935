import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'
import { fetchedBinary, type Runtime } from './runtime.js'
import { absent, type SeenRuntime } from './seen.js'
import { titles } from './titles.js'

export interface Programs {
  readonly demo: string
  readonly smoke: string
}

type Environment = Readonly<Record<string, string>>

/** However busy the machine is: only what hangs takes so long. */
const limitMs = 180_000

/** Runs the demo and each of the checks, in a process of its own. A process must end by itself, and with success. */
export async function tryRuntime(
  runtime: Runtime,
  { demo, smoke }: Programs,
  env: Environment,
): Promise<SeenRuntime> {
  const binary = await fetchedBinary(runtime)
  const version = /\d+(\.\d+)+/.exec((await run([binary, '--version'], env)).output)?.[0] ?? '?'
  const outcomes: Record<string, string> = {}
  for (const title of titles) {
    const program = title === 'demo' ? [demo] : [smoke, title]
    outcomes[title] = outcomeOf(await run([binary, ...runtime.flags, ...program], env))
    console.log(`${runtime.name} ${version}: ${title}: ${outcomes[title]}`)
  }
  return { version, day: new Date().toISOString().slice(0, 10), outcomes }
}

interface Ended {
  readonly output: string
  readonly end: number | string
}

async function run([program, ...args]: readonly string[], env: Environment): Promise<Ended> {
  const child = spawn(program!, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs)
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  clearTimeout(timer)
  return { output, end: code ?? signal ?? 'no end' }
}

/** A line that begins with the name of an error, and not one of the source that a runtime prints beside it. */
const errorLine = /^(error|\w*Error|[A-Z_]{6,}): .*/m

function outcomeOf({ output, end }: Ended): string {
  if (end === 0) return 'ok'
  // The codec tells by this code that the runtime does not bring what it needs.
  if (output.includes('CODEC_UNAVAILABLE')) return absent
  if (end === 'SIGKILL')
    return `does not end${output.includes('done') ? ', though all is sent' : ''}`
  return `fails: ${(errorLine.exec(output)?.[0] ?? output.slice(-200)).trim()}`.slice(0, 200)
}
