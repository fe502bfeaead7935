import type { Bar } from './bar.js'

const javascript = ['platformatic', 'node-rdkafka', 'kafkajs']
const peers = ['franz-go', 'librdkafka', 'java', ...javascript]
/** Of `bufferBytes` (32 MiB), and what a producer may take beside it. */
const memoryMiB = 32 + 64

/** What Sluice wants to reach, as docs/performance.md tells. */
export const bars: readonly Bar[] = [
  ...of('w1', 'sluice-enqueue', [
    { figure: 'cpuMicros', limit: 1, than: ['franz-go', 'librdkafka'] },
    { figure: 'recordsPerSecond', limit: 0.95, than: peers },
  ]),
  ...of('w1', 'sluice-send', [
    { figure: 'cpuMicros', limit: 1 },
    { figure: 'recordsPerSecond', limit: 1_200_000 },
    { figure: 'recordsPerSecond', limit: 2.5, than: ['platformatic'] },
  ]),
  ...of('w2', 'sluice-enqueue', [
    { figure: 'cpuMicros', limit: 1 },
    { figure: 'cpuMicros', limit: 1.25, than: ['franz-go'] },
    { figure: 'recordsPerSecond', limit: 0.9, than: ['librdkafka'] },
  ]),
  ...of('w3', 'sluice-enqueue', [
    { figure: 'cpuMicros', limit: 1, than: ['librdkafka'] },
    { figure: 'recordsPerSecond', limit: 0.9, than: ['librdkafka'] },
  ]),
  ...of('w4', 'sluice-send', [
    { figure: 'recordsPerSecond', limit: 1, than: ['librdkafka'] },
    { figure: 'cpuMicros', limit: 1.1, than: ['librdkafka'] },
    { figure: 'p99Ms', limit: 4 },
  ]),
  ...of('w5', 'sluice-send', [
    { figure: 'cpuMicros', limit: 0.85, than: ['platformatic'] },
    { figure: 'p50Ms', limit: 1.05, than: peers },
    { figure: 'p99Ms', limit: 0.3 },
  ]),
  ...of('w6', 'sluice-send', [
    { figure: 'p99Ms', limit: 1, than: javascript },
    { figure: 'cpuMicros', limit: 1 / 3, than: javascript },
  ]),
  ...of('w7-1-10000', 'sluice-enqueue', [
    { figure: 'cpuMicros', limit: 1.5, than: ['sluice-enqueue'], thanWorkload: 'w7-1-12' },
  ]),
  ...of('w1', 'sluice-enqueue', [{ figure: 'ownMiB', limit: memoryMiB }]),
  ...of('w2', 'sluice-enqueue', [{ figure: 'ownMiB', limit: memoryMiB }]),
  ...of('w1', 'sluice-thread-enqueue', [{ figure: 'mainCpuMicros', limit: 0.2 }]),
  ...of('w3', 'sluice-thread-enqueue', [
    { figure: 'mainCpuMicros', limit: 0.2 },
    { figure: 'recordsPerSecond', limit: 1, than: ['sluice-enqueue'] },
  ]),
  ...of('w4b', 'sluice-thread-send', [
    { figure: 'p99Ms', limit: 1, than: ['sluice-send'], thanWorkload: 'w4', plus: 50 },
  ]),
]

function of(
  workload: string,
  client: string,
  list: readonly Omit<Bar, 'workload' | 'client'>[],
): Bar[] {
  return list.map((bar) => ({ workload, client, ...bar }))
}
