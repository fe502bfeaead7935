import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { spawnChild } from '@sluice/test-kafka'
import type { Command } from './client-list/client.js'
import type { Outcome } from './task.js'

const longestMs = 180_000

/**
 * Runs the program of a client to its end.
 *
 * @throws Error where it fails, prints no outcome or takes more than three minutes
 */
export async function runClient({ file, args, cwd }: Command): Promise<Outcome> {
  const child = spawnChild(file, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd })
  const timer = setTimeout(() => child.kill('SIGKILL'), longestMs)
  const output = text(child.stdout!)
  const complaints = text(child.stderr!)
  try {
    await once(child, 'close')
  } finally {
    clearTimeout(timer)
  }
  const { exitCode, signalCode } = child
  if (exitCode !== 0)
    throw new Error(`it ended with ${exitCode ?? signalCode}: ${gistOf(await complaints)}`)
  return outcomeIn(await output)
}

/** The outcome is the last line of what a program prints. */
export function outcomeIn(output: string): Outcome {
  const line = output.trim().split('\n').at(-1)!
  try {
    return JSON.parse(line) as Outcome
  } catch {
    throw new Error(`it printed no outcome, but ${JSON.stringify(gistOf(line))}`)
  }
}

/** The line that names an error, or else the end: enough to see what went wrong. */
export function gistOf(complaints: string): string {
  const lines = complaints.trim().split('\n')
  const error = lines.find((line) => /\b\w*(Error|Exception)\b.*:/.test(line))
  return (error ?? lines.slice(-3).join(' ')).trim().slice(0, 300)
}
