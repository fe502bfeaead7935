import { Worker } from 'node:worker_threads'
import { partitionForKey } from '@sluice/partitioner'

/** What comes back when the record of a file is in the log, or is not. */
export type Outcome = { readonly file: string } & (
  | { readonly offset: string }
  | { readonly error: string }
)

export interface PoolOptions {
  /** The module that each worker runs. */
  readonly module: URL
  readonly size: number
  readonly bootstrapServers: string
  onOutcome(outcome: Outcome): void
}

export interface Pool {
  /** @param file - its path goes to a worker, which reads it */
  submit(file: string): void
  /** Resolves when every worker has done its files, closed its producer and ended; rejects when a worker has died. */
  close(): Promise<void>
}

/** Workers that compute and send. A file always goes to the same worker, so its records keep their order. */
export function createPool({ module, size, bootstrapServers, onOutcome }: PoolOptions): Pool {
  const workers = Array.from({ length: size }, (_, number) => {
    const worker = new Worker(module, { workerData: { bootstrapServers, number } })
    worker.on('message', onOutcome)
    return { worker, ended: endOf(worker, number) }
  })
  return {
    submit(file) {
      workers[partitionForKey(Buffer.from(file), size)]!.worker.postMessage(file)
    },
    async close() {
      for (const { worker } of workers) worker.postMessage(null)
      await Promise.all(workers.map(({ ended }) => ended))
    },
  }
}

/** A worker that dies takes along what its producer held. A program that goes on without it would lose that in silence. */
function endOf(worker: Worker, number: number): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', reject)
    worker.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`worker ${number} ended with code ${code}`)),
    )
  })
  // Whoever closes the pool is told; nobody else has to listen.
  ended.catch(() => {})
  return ended
}
