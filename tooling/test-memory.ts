// npm run test:memory [-- send|enqueue]: brokers fall silent for two minutes under a producer at full speed.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LoadKind } from './memory/load.js'
import { type Outcome, play } from './memory/scenario.js'

const silentMs = 1_000 * Number(process.env['SLUICE_MEMORY_SECONDS'] ?? 120)
const valueBytes = Number(process.env['SLUICE_MEMORY_VALUE_BYTES'] ?? 100)
const kinds: readonly LoadKind[] = ['send', 'enqueue']
const kind = kinds.find((one) => one === process.argv[2])

/**
 * On a busy machine V8 puts its collections off while it has room, up to gigabytes. With a heap of this size it has none:
 * what is alive must fit, or the process ends.
 */
const heap = '--max-old-space-size=96'

if (kind !== undefined && process.argv[3] === 'here')
  report(kind, await play({ kind, silentMs, valueBytes }))
else await playEach()

/** Each in a process of its own: what one leaves behind is not the other's. */
async function playEach(): Promise<void> {
  const execArgv = [...process.execArgv, heap]
  for (const one of kinds.filter((each) => kind === undefined || each === kind)) {
    const child = fork(fileURLToPath(import.meta.url), [one, 'here'], { execArgv })
    const [code] = await once(child, 'exit')
    if (code !== 0) process.exitCode = 1
  }
}

function report(what: LoadKind, outcome: Outcome): void {
  const { load, peakBytes, limitBytes, maxBlockMs, recoveredMs, faults } = outcome
  console.log(`${what}, ${valueBytes} bytes, brokers silent for ${silentMs / 1_000} s`)
  console.log(`  memory above the start: ${mebibytes(peakBytes)}, limit ${mebibytes(limitBytes)}`)
  console.log(`  records: ${load.sent}, maxBlockMs ${maxBlockMs}`)
  for (const [end, { count, firstMs }] of load.ends)
    console.log(`    ${end}: ${count}, the first after ${(firstMs / 1_000).toFixed(2)} s`)
  console.log(`  acknowledged again ${Math.round(recoveredMs)} ms after the brokers were back`)
  for (const fault of faults) console.log(`  FAILED: ${fault}`)
  process.exitCode = faults.length === 0 ? 0 : 1
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`
}
