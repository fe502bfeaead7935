import type { Figures } from '../../src/peers/figures.js'
import type { Result } from '../../src/peers/report/results.js'

const figures: Figures = {
  recordsPerSecond: 1_000_000,
  cpuMicros: 0.5,
  mainCpuMicros: null,
  p50Ms: null,
  p99Ms: null,
  p999Ms: null,
  peakMiB: 100,
  baseMiB: 60,
  eventLoopUtilisation: 0.934,
  recordsPerRequest: 2_000,
  recordsPerBatch: null,
}

/** What a client has shown in W1; with null, all its runs were void. */
export function aResult(client: string, changes: Partial<Figures> | null = {}): Result {
  return {
    workload: 'w1',
    client,
    figures: changes === null ? null : { ...figures, ...changes },
    counted: changes === null ? 0 : 3,
    rounds: 3,
    voidRuns: changes === null ? ['it ended with 1: Error: a | b\nand more'] : [],
  }
}
