/** What a record's value says of it, so that each record tells by itself whether its transaction is whole. */
export interface RecordName {
  /** Of its transaction: those of one transactional id are numbered in the order in which they begin. */
  readonly transaction: number
  /** Of the record in its transaction, from 0. */
  readonly index: number
  /** How many records the transaction has. */
  readonly size: number
}

/** The value of a record, filled up with dots. */
export function valueOf({ transaction, index, size }: RecordName, bytes = 0): string {
  return `${transaction}/${index}/${size}/`.padEnd(bytes, '.')
}

/** @returns null for what `valueOf` has not written */
export function nameIn(value: string): RecordName | null {
  const [, transaction, index, size] = /^(\d+)\/(\d+)\/(\d+)\/\.*$/.exec(value) ?? []
  if (size === undefined) return null
  return { transaction: Number(transaction), index: Number(index), size: Number(size) }
}
