import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { KafkaError } from '../../src/index.js'
import type { FuzzTarget } from './target.js'

const maxMs = 50
const maxBytesPerByte = 10
/**
 * A struct of two bytes becomes an object of a hundred, and V8 counts by pages of 256 KiB: so the bound holds for an
 * input of 2 KiB only with this added. What a hostile length or count would allocate is far beyond.
 */
const smallObjectBytes = 512 * 1024
/** What the machine or a collection of garbage does to one run, it does not do to each of four. */
const attempts = 4

/** What is wrong with how the decoder takes the input: null where nothing is. */
export function harmOf(target: FuzzTarget, input: Buffer): string | null {
  let harm = harmOfOne(target, input)
  for (let left = attempts - 1; harm !== null && left > 0; left--) {
    collectGarbage()
    harm = harmOfOne(target, input)
  }
  return harm
}

function harmOfOne(target: FuzzTarget, input: Buffer): string | null {
  const bytesBefore = usedBytes()
  const begun = performance.now()
  // Kept until the memory has been measured, so that it cannot have been collected.
  const outcome = outcomeOf(target, input)
  const ms = performance.now() - begun
  const bytes = usedBytes() - bytesBefore
  if ('error' in outcome && !isAllowed(target, outcome.error)) {
    return `threw ${String(outcome.error)}`
  }
  if (ms > maxMs) return `took ${ms.toFixed(1)} ms`
  if (bytes > maxBytesPerByte * input.length + smallObjectBytes) {
    return `allocated ${bytes} bytes for an input of ${input.length}`
  }
  return null
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
