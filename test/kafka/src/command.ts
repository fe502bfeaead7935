import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { spawnChild } from './child.js'
import { requireCommand } from './command-path.js'

interface Run {
  readonly child: ChildProcess
  readonly output: Readable
  readonly complaints: Promise<string>
  readonly closed: Promise<unknown>
}

/** Runs a command to its end and returns its output. */
export async function runCommand(command: string, args: readonly string[]): Promise<string> {
  const run = start(command, args)
  const output = await text(run.output)
  await checkEnd(command, run, output)
  return output
}

/** Runs a command and yields its output line by line, each byte as one character (latin1). */
export async function* linesOf(command: string, args: readonly string[]): AsyncGenerator<string> {
  const run = start(command, args)
  run.output.setEncoding('latin1')
  try {
    yield* createInterface({ input: run.output })
    await checkEnd(command, run)
  } finally {
    run.child.kill('SIGKILL')
  }
}

function start(command: string, args: readonly string[]): Run {
  requireCommand(command)
  const child = spawnChild(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const { stdout, stderr } = child
  if (stdout === null || stderr === null) throw new Error(`${command} has no output.`)
  return { child, output: stdout, complaints: text(stderr), closed: once(child, 'close') }
}

async function checkEnd(command: string, run: Run, output = ''): Promise<void> {
  await run.closed
  if (run.child.exitCode === 0) return
  const { exitCode, signalCode } = run.child
  throw new Error(
    `${command} ended with ${exitCode ?? signalCode}:\n${output}${await run.complaints}`,
  )
}
