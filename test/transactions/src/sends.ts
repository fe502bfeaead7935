import type { ProducerRecord, Transaction } from '@sluice/producer'

/** Sends the records in order: by `send`, `sendMany` and `enqueue` in turn as chance has it, some of them awaited. */
export async function sendMixed(
  transaction: Transaction,
  records: readonly ProducerRecord[],
  random: () => number,
): Promise<void> {
  for (let at = 0; at < records.length;) {
    const way = Math.floor(random() * 4)
    const count = way === 2 ? 1 + Math.floor(random() * 5) : 1
    await sendBy(way, transaction, records.slice(at, at + count))
    at += count
  }
}

/** A failure of what is not awaited is told by the commit. */
async function sendBy(
  way: number,
  transaction: Transaction,
  records: readonly ProducerRecord[],
): Promise<void> {
  if (way === 0) await transaction.send(records[0]!)
  else if (way === 1) transaction.send(records[0]!).catch(() => {})
  else if (way === 2) transaction.sendMany(records).catch(() => {})
  else transaction.enqueue(records[0]!, () => {})
}
