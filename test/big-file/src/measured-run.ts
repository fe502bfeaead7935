import { closeSync, openSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { exitOf, spawnChild } from '@sluice/test-kafka'

/** A program that reads a file and sends its lines. */
export interface Program {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** Whether it reads the file as its standard input. */
  readonly readsInput: boolean
}

/** A program at work. */
export interface RunningProgram {
  /** Sends it a signal. */
  signal(name: NodeJS.Signals): void
  /** Resolves when it has ended. */
  readonly ended: Promise<MeasuredRun>
}

/** What a run of a program came to. */
export interface MeasuredRun {
  readonly code: number | null
  readonly seconds: number
  /** The most memory that it held, as the kernel counts it (VmHWM). */
  readonly peakBytes: number
  /** CPU time of all its threads, which other processes hardly change. */
  readonly cpuSeconds: number
  readonly stderr: string
}

const lookEveryMs = 50

/** Starts the program. Its memory is looked at many times a second, since the kernel forgets it with the process. */
export function start({ command, args, readsInput }: Program, file: string): RunningProgram {
  const input = readsInput ? openSync(file, 'r') : 'ignore'
  const from = performance.now()
  const child = spawnChild(command, args, { stdio: [input, 'ignore', 'pipe'] })
  if (typeof input === 'number') closeSync(input)
  const stderr = text(child.stderr!)
  let [peakBytes, cpuSeconds] = [0, 0]
  const look = (): void => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid!))
    cpuSeconds = Math.max(cpuSeconds, cpuOf(child.pid!))
  }
  const looking = setInterval(look, lookEveryMs)
  const ended = exitOf(child).then(async () => {
    clearInterval(looking)
    const seconds = (performance.now() - from) / 1000
    return { code: child.exitCode, seconds, peakBytes, cpuSeconds, stderr: await stderr }
  })
  return { signal: (name) => void child.kill(name), ended }
}

function peakOf(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(proc(pid, 'status'))?.[1] ?? 0) * 1024
}

/** Linux counts in hundredths of a second: utime and stime, behind the name in parentheses. */
function cpuOf(pid: number): number {
  const fields = proc(pid, 'stat').split(') ').at(-1)!.split(' ')
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100
}

/** Empty where the process has just ended. */
function proc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
