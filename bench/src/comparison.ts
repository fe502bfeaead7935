/** One piece of work, done by us and, where it has the like, by kafkajs. */
export interface Comparison {
  readonly name: string
  /** What a call does so many of. */
  readonly count: number
  readonly unit: 'record' | 'request' | 'byte'
  readonly ours: () => unknown
  readonly theirs?: () => unknown
}

/** Nanoseconds for each of `count`: medians, the two in turns, so that a noisy moment of the machine hits both. */
export async function compare({
  count,
  ours,
  theirs,
}: Comparison): Promise<{ ours: number; theirs: number }> {
  const samples = { ours: [] as number[], theirs: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    samples.ours.push((await sample(ours)) / count)
    if (theirs) samples.theirs.push((await sample(theirs)) / count)
  }
  return { ours: median(samples.ours), theirs: median(samples.theirs) }
}

const rounds = 9
const sampleMs = 30

/** Nanoseconds of a call. */
async function sample(call: () => unknown): Promise<number> {
  let calls = 0
  const begun = performance.now()
  let ms = 0
  for (let batch = 1; ms < sampleMs; batch *= 2) {
    for (let left = batch; left > 0; left--) {
      const result = call()
      // Only what is asynchronous pays for that.
      if (result instanceof Promise) await result
    }
    calls += batch
    ms = performance.now() - begun
  }
  return (ms * 1e6) / calls
}

/** NaN of none. */
function median(samples: number[]): number {
  return samples.sort((a, b) => a - b)[samples.length >> 1] ?? NaN
}
