import type { Buffer } from 'node:buffer'
import { setImmediate } from 'node:timers/promises'
import type { CliIo } from '../cli-io.js'
import type { Stop } from '../sending/stop.js'
import { waitUntil } from '../sending/wait-until.js'
import type { LoadSink } from './load-sink.js'
import type { Phase } from './phase.js'

/** What the records of a load are, and where they go. */
export interface LoadDeps {
  readonly sink: LoadSink
  readonly io: Pick<CliIo, 'clearTimeout' | 'now' | 'setTimeout'>
  readonly stop: Stop
  readonly topic: string
  readonly values: readonly Buffer[]
  readonly keys: readonly string[] | null
  /** Records a second, or undefined for as many as the cluster takes. */
  readonly rate: number | undefined
}

/** How long a load is: so many records, or all that are due within a time. */
export type Extent = { readonly records: number } | { readonly durationMs: number }

/** The event loop must turn now and then, or nothing would leave. */
const recordsInATurn = 500

/**
 * Sends records until the extent is reached, and waits until the end of each is known. With a rate each record is due at a moment of its
 * own, which waiting for the cluster does not move: what comes late then has a long latency, and none is left out. None is sent before it
 * is due.
 */
export async function runLoad(deps: LoadDeps, extent: Extent, phase: Phase): Promise<void> {
  const { sink, io, stop, rate } = deps
  const everyMs = rate === undefined ? 0 : 1000 / rate
  for (let number = 0; stop.reason === null; number++) {
    if (number % recordsInATurn === recordsInATurn - 1) await setImmediate()
    const dueAt = rate === undefined ? io.now() : phase.from + number * everyMs
    if (isOver(extent, number, dueAt - phase.from)) break
    if (rate !== undefined) await waitUntil(dueAt, deps)
    if (stop.reason !== null) break
    const room = sendOne(deps, number, dueAt, phase)
    if (room !== null) await stop.orStopped(room)
  }
  await stop.orStopped(sink.end())
}

function isOver(extent: Extent, number: number, sinceMs: number): boolean {
  return 'records' in extent ? number >= extent.records : sinceMs >= extent.durationMs
}

/** @returns null where the next record may come at once, else what to wait for */
function sendOne(
  { sink, io, topic, values, keys }: LoadDeps,
  number: number,
  dueAt: number,
  phase: Phase,
): Promise<void> | null {
  const value = values[number % values.length]!
  const key = keys === null ? null : keys[number % keys.length]!
  phase.lateness.noteMs(io.now() - dueAt)
  return sink.send({ topic, key, value }, dueAt)
}
