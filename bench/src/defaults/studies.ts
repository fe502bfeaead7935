import type { ProducerOptions } from '@sluice/producer'

/** An option, the values that are tried, and the workloads in which it matters. */
export interface Study {
  readonly option: keyof ProducerOptions
  /** The default is among them. */
  readonly values: readonly number[]
  readonly workloads: readonly string[]
}

export const studies: readonly Study[] = [
  {
    option: 'batchBytes',
    values: [16_384, 32_768, 65_536, 131_072, 262_144, 524_288],
    workloads: ['w1', 'w2', 'w3'],
  },
  { option: 'lingerMs', values: [0, 1, 2, 5, 10], workloads: ['w1', 'w4', 'w5', 'w6'] },
  { option: 'maxInFlight', values: [1, 2, 3, 5, 10], workloads: ['w1', 'w4', 'w6'] },
  {
    option: 'maxRequestBytes',
    values: [131_072, 262_144, 524_288, 1_048_576, 2_097_152],
    workloads: ['w1', 'w2'],
  },
]
