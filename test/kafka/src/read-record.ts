/** A record as a reader found it, byte for byte. */
export interface ReadRecord {
  readonly partition: number
  readonly offset: bigint
  readonly timestamp: number
  readonly timestampType: 'CreateTime' | 'LogAppendTime'
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly (readonly [name: string, value: Buffer | null])[]
}

/** What to read; without options every record of every partition. */
export interface ReadOptions {
  readonly partition?: number
  /** Whether records of aborted and open transactions count.
   *  @defaultValue 'read_uncommitted' */
  readonly isolation?: 'read_committed' | 'read_uncommitted'
}

/** Sorts by partition, then by offset: readers take partitions in any order. */
export function sortRecords(records: readonly ReadRecord[]): ReadRecord[] {
  return records.toSorted((a, b) => a.partition - b.partition || Number(a.offset - b.offset))
}
