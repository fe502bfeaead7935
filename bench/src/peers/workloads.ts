import type { Task } from './task.js'

/** How many records; clients at a tenth of the speed get fewer, so that every run takes a few seconds. */
export interface Counts {
  readonly warmUp: number
  readonly count: number
}

/** What a client sends, and how, whoever the client is. */
export interface Workload {
  /** The name for `--only`, which also means the names that go on with a hyphen. */
  readonly id: string
  readonly title: string
  readonly how: How
  readonly fast: Counts
  readonly slow: Counts
  /** Embedded brokers, so many; 0 for the real Kafka. */
  readonly embeddedBrokers: number
}

/** Those fields of a task that make up a workload. */
type How = Omit<Task, 'bootstrapServers' | 'topic' | 'warmUp' | 'count' | 'valuesFile'>

const flood: How = {
  partitions: 12,
  load: 'flood',
  tasks: 0,
  perSecond: 0,
  valueBytes: 100,
  lz4: false,
  lingerMs: -1,
  batchBytes: -1,
  recordsPerPartition: 0,
  blockMs: 0,
}
const thousand: How = { ...flood, load: 'await', tasks: 1_000, lingerMs: 0 }
const open: How = { ...flood, load: 'open', lingerMs: 0 }

const millions = {
  fast: { warmUp: 1_000_000, count: 4_000_000 },
  slow: { warmUp: 100_000, count: 500_000 },
  embeddedBrokers: 0,
}
/** V8 and HotSpot have compiled everything after ten thousand. */
const thousands = {
  fast: { warmUp: 10_000, count: 20_000 },
  slow: { warmUp: 10_000, count: 20_000 },
  embeddedBrokers: 0,
}

/** As many as a hundred records of W7 fill. A little more, since some clients keep room for the longest key. */
const bytesOfHundred = 13_300

export const workloads: readonly Workload[] = [
  { ...millions, id: 'w1', title: '100 B, as fast as it can', how: flood },
  {
    ...millions,
    id: 'w2',
    title: '1 KiB, as fast as it can',
    how: { ...flood, valueBytes: 1_024 },
    fast: { warmUp: 250_000, count: 1_000_000 },
    slow: { warmUp: 50_000, count: 200_000 },
  },
  {
    ...millions,
    id: 'w3',
    title: '100 B with lz4, as fast as it can',
    how: { ...flood, lz4: true },
  },
  {
    ...millions,
    id: 'w4',
    title: '1 000 tasks, each awaits its record',
    how: thousand,
    fast: { warmUp: 400_000, count: 1_500_000 },
    slow: { warmUp: 20_000, count: 60_000 },
  },
  {
    ...millions,
    id: 'w4b',
    title: 'the same, the main thread blocked for 50 ms in each 100 ms',
    how: { ...thousand, blockMs: 50 },
    fast: { warmUp: 400_000, count: 600_000 },
    slow: { warmUp: 20_000, count: 30_000 },
  },
  { ...thousands, id: 'w5', title: 'one record at a time', how: { ...thousand, tasks: 1 } },
  {
    ...millions,
    id: 'w6',
    title: '50 000 records/s, due by the clock',
    how: { ...open, perSecond: 50_000 },
    fast: { warmUp: 100_000, count: 200_000 },
    slow: { warmUp: 20_000, count: 200_000 },
  },
  {
    ...thousands,
    id: 'w6-5k',
    title: '5 000 records/s, due by the clock',
    how: { ...open, perSecond: 5_000 },
  },
  ...[12, 1_000, 10_000].map((partitions) => scale(1, partitions)),
  ...[10, 100].map((brokers) => scale(brokers, 1_000)),
]

/** Equally full batches, however many partitions and brokers there are. */
function scale(embeddedBrokers: number, partitions: number): Workload {
  const brokers = `${embeddedBrokers} embedded broker${embeddedBrokers > 1 ? 's' : ''}`
  return {
    id: `w7-${embeddedBrokers}-${partitions}`,
    title: `batches of 100, ${brokers}, ${partitions} partitions`,
    how: {
      ...flood,
      partitions,
      lingerMs: 5,
      batchBytes: bytesOfHundred,
      recordsPerPartition: 100,
    },
    embeddedBrokers,
    fast: { warmUp: 1_000_000, count: 2_000_000 },
    slow: { warmUp: 100_000, count: 500_000 },
  }
}

/** @param share - 1 for all records; less to see whether it runs */
export function countsOf(workload: Workload, pace: 'fast' | 'slow', share: number): Counts {
  const { warmUp, count } = workload[pace]
  return { warmUp: Math.ceil(warmUp * share), count: Math.ceil(count * share) }
}
