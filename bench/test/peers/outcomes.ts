import type { Outcome } from '../../src/peers/task.js'

/** The outcome of a program that measured 100 records in a tenth of a second, after 20. */
export function anOutcome(changes: Partial<Outcome> = {}): Outcome {
  return {
    client: 'a client 1.0',
    sent: 120,
    wallMs: 100,
    cpuMicros: 200,
    mainCpuMicros: 50,
    eventLoopUtilisation: 0.5,
    baseRssKiB: 51_200,
    peakRssKiB: 102_400,
    latency: { p50Ms: 1, p99Ms: 2, p999Ms: 3, maxMs: 4 },
    ...changes,
  }
}
