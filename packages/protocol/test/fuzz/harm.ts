import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { KafkaError } from '../../src/index.js'
import { slowdown } from './slowdown.js'
import type { FuzzTarget } from './target.js'

/** The bar is 50 ms; among other tests on a busy machine, time is no measure. */
const maxMsHere = process.env['SLUICE_FUZZ_SECONDS'] ? 50 : 500
const maxBytesPerByte = 10
/** A struct of two bytes becomes an object of a hundred: of these, decoders take some in any case. */
const structBytesPerByte = 60
const maxStructBytes = 1024 * 1024
/** V8 counts by pages of 256 KiB. What a hostile length or count would allocate is far beyond. */
const pageBytes = 512 * 1024
/** Of the run at hand, so that it cannot have been collected before the memory is measured. */
const kept: { outcome?: unknown } = {}
/** What the machine or a collection of garbage does to one run, it does not do to each of ten. */
const attempts = 20
const allocated = 'allocated'

/** What is wrong with how the decoder takes the input: null where nothing is. */
export function harmOf(target: FuzzTarget, input: Buffer, maxMs = maxMsHere): string | null {
  let harm = harmOfOne(target, input, maxMs)
  for (let left = attempts - 1; harm !== null && left > 0; left--) {
    // Only for what is judged by memory: with the garbage V8 drops the code that it has optimized, and the next run is slow.
    if (harm.startsWith(allocated)) collectGarbage()
    harm = harmOfOne(target, input, maxMs)
  }
  return harm
}

function harmOfOne(target: FuzzTarget, input: Buffer, maxMs: number): string | null {
  delete kept.outcome
  const bytesBefore = usedBytes()
  const [cpuBegun, begun] = [process.cpuUsage(), performance.now()]
  const outcome = outcomeOf(target, input)
  // While others have the processor, the decoder takes no time.
  const ms = Math.min(performance.now() - begun, cpuMsSince(cpuBegun))
  kept.outcome = outcome
  const bytes = usedBytes() - bytesBefore
  const maxBytes =
    maxBytesPerByte * input.length +
    Math.min(structBytesPerByte * input.length, maxStructBytes) +
    pageBytes
  if ('error' in outcome && !isAllowed(target, outcome.error)) {
    return `threw ${String(outcome.error)}`
  }
  if (ms > maxMs && ms > maxMs * slowdown()) return `took ${ms.toFixed(1)} ms`
  const swells = bytes > 2 * maxBytes || (bytes > maxBytes && keptSince(bytesBefore) > maxBytes)
  return swells ? `${allocated} ${bytes} bytes for an input of ${input.length}` : null
}

/** Of all threads of the process: never less than what this one took. */
function cpuMsSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1_000
}

/** Without what was garbage at once. */
function keptSince(bytesBefore: number): number {
  collectGarbage()
  return usedBytes() - bytesBefore
}

function outcomeOf(target: FuzzTarget, input: Buffer): { value: unknown } | { error: unknown } {
  try {
    return { value: target.decode(input) }
  } catch (error) {
    return { error }
  }
}

function isAllowed(target: FuzzTarget, error: unknown): boolean {
  return error instanceof KafkaError && target.codes.includes(error.code)
}

/** Of the heap and of what hangs on it, such as the memory of buffers. */
function usedBytes(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics()
  return heap + external
}

/** Otherwise what the attempt before left may be collected during this one, and hide what this one takes. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  gc()
  // Memory of buffers goes in the background: the second one waits for it.
  gc()
}
