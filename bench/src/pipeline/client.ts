/** A record as every client takes it. */
export interface BenchRecord {
  readonly topic: string
  readonly key: string
  readonly value: Buffer
  /** The client's own partitioner chooses where there is none. */
  readonly partition?: number
}

/** The client of a load. */
export interface Client {
  readonly name: string
  /** One record, one promise. */
  send(record: BenchRecord): Promise<unknown>
  /** Sends that many records in the fastest way that the client has. Resolves when all are acknowledged. */
  pump(count: number, recordOf: (i: number) => BenchRecord): Promise<void>
  close(): Promise<void>
}

/** What a load wants of the client beyond its defaults. */
export interface ClientSettings {
  /** @defaultValue the client's own */
  readonly idempotent?: boolean
  readonly lz4?: boolean
  /** Of clients that make batches over several calls. */
  readonly lingerMs?: number
}

const recordsPerCall = 1_000

/** The fastest way of clients that make a batch of each call: one call after the other, each with that many records. */
export async function callByCall(
  count: number,
  recordOf: (i: number) => BenchRecord,
  send: (records: BenchRecord[]) => Promise<unknown>,
): Promise<void> {
  for (let sent = 0; sent < count; sent += recordsPerCall) {
    const length = Math.min(recordsPerCall, count - sent)
    await send(Array.from({ length }, (_, i) => recordOf(sent + i)))
  }
}
