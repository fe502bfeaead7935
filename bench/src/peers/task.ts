import type { Drive } from '../pipeline/drive.js'
import type { Latency } from '../pipeline/latencies.js'

/** What one process is asked to do. Flat, so that a program in any language can read it. */
export interface Task {
  readonly bootstrapServers: string
  readonly topic: string
  readonly partitions: number
  readonly load: Drive['load']
  /** Of `await`. */
  readonly tasks: number
  /** Of `open`. */
  readonly perSecond: number
  /** Records before the measured ones, during which code is compiled. */
  readonly warmUp: number
  /** Records that are measured. */
  readonly count: number
  /** A file of values, one after the other without anything between; they are sent in turns. */
  readonly valuesFile: string
  readonly valueBytes: number
  readonly lz4: boolean
  /** Of a client that makes batches over several calls; −1 for its own default, and 0 where records are awaited. */
  readonly lingerMs: number
  /** Where a batch is full; −1 for the client's own default. */
  readonly batchBytes: number
  /** So many records in a row go to each partition; 0 leaves the partition to the client. */
  readonly recordsPerPartition: number
  /** For so long the main thread does nothing but compute, in each 100 ms; 0 for never. */
  readonly blockMs: number
}

/** What a program prints as the last line of its output, in JSON. */
export interface Outcome {
  /** The client and its version. */
  readonly client: string
  /** Records that were acknowledged, those of the warm-up too. */
  readonly sent: number
  /** From the first measured record to the last acknowledgement. */
  readonly wallMs: number
  /** User and system time of the whole process meanwhile. */
  readonly cpuMicros: number
  /** Of the thread that sends; null where the program cannot tell. */
  readonly mainCpuMicros: number | null
  /** The share of time in which the event loop was busy; null where there is none. */
  readonly eventLoopUtilisation: number | null
  /** The memory of the process before it had a client. */
  readonly baseRssKiB: number
  readonly peakRssKiB: number
  /** Null in the load `flood`. */
  readonly latency: Latency | null
}
