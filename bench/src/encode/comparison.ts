/** One piece of work, done by each party that has it; null for one that lacks it. */
export interface Comparison<Party extends string> {
  readonly name: string
  /** How many units of work one call does. */
  readonly count: number
  readonly calls: Readonly<Record<Party, (() => unknown) | null>>
}

/** Nanoseconds for each unit of `count`, NaN for a party that lacks the work. */
export interface Measured {
  readonly median: number
  readonly best: number
}

/** The parties take turns, so that a noisy moment of the machine hits each of them. */
export async function compare<Party extends string>({
  count,
  calls,
}: Comparison<Party>): Promise<Record<Party, Measured>> {
  const parties = Object.keys(calls) as Party[]
  const samples = new Map(parties.map((party) => [party, [] as number[]]))
  for (let round = -1; round < rounds; round++) {
    for (const party of parties) {
      const call = calls[party]
      if (call === null) continue
      const nanoseconds = (await sample(call)) / count
      // One round before the first warms up.
      if (round >= 0) samples.get(party)!.push(nanoseconds)
    }
  }
  const measured = parties.map((party) => [party, measuredOf(samples.get(party)!)])
  return Object.fromEntries(measured) as Record<Party, Measured>
}

const rounds = 9
const sampleMs = 30

/**
 * Nanoseconds of a call, on the clock or of CPU, whichever is less. So neither other processes count, nor the garbage
 * collector on another core.
 */
async function sample(call: () => unknown): Promise<number> {
  let calls = 0
  const cpu = process.cpuUsage()
  const begun = performance.now()
  let ms = 0
  for (let batch = 1; ms < sampleMs; batch *= 2) {
    for (let left = batch; left > 0; left--) {
      const result = call()
      // Only asynchronous work pays for an await.
      if (result instanceof Promise) await result
    }
    calls += batch
    ms = performance.now() - begun
  }
  const { user, system } = process.cpuUsage(cpu)
  return Math.min(ms * 1e6, (user + system) * 1e3) / calls
}

function measuredOf(samples: number[]): Measured {
  samples.sort((a, b) => a - b)
  return { median: samples[samples.length >> 1] ?? NaN, best: samples[0] ?? NaN }
}
