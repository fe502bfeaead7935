import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** What is left after two full collections: objects, and the memory of buffers. */
export function heapBytes(): number {
  collect()
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** The heap is flat when the last quarter's median is at most this much over the first quarter's. */
export const growth = { share: 0.1, bytes: 2_097_152 } as const

export interface HeapVerdict {
  readonly firstBytes: number
  readonly lastBytes: number
  readonly isFlat: boolean
}

/** @param samples - at even distances, without those of the warm-up */
export function judgeHeap(samples: readonly number[]): HeapVerdict {
  const quarter = Math.max(1, Math.floor(samples.length / 4))
  const firstBytes = median(samples.slice(0, quarter))
  const lastBytes = median(samples.slice(-quarter))
  return {
    firstBytes,
    lastBytes,
    isFlat: lastBytes <= firstBytes * (1 + growth.share) + growth.bytes,
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
