import { RecordBatchBuilder } from '@sluice/protocol'

/** The records of a batch: nearly 64 KiB of orders in JSON, with names that repeat, and numbers and ids that do not. */
export function jsonBatch(): Buffer {
  const storage = new ArrayBuffer(65_536)
  const batch = new RecordBatchBuilder(storage)
  const random = generator()
  for (let i = 0; batch.capacity - batch.bytes > roomForOne; i++) {
    batch.append(1_700_000_000_000 + i, `order-${i}`, JSON.stringify(order(random)), null)
  }
  return Buffer.from(batch.payload())
}

/** The bytes that a builder wants free for a record: three for each UTF-16 unit. */
const roomForOne = 1_200

function order(random: () => number): object {
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('')
  const one = (list: string[]): string => list[Math.floor(random() * list.length)]!
  return {
    orderId: `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    customer: one(['Ada Lovelace', 'Alan Turing', 'Grace Hopper', 'Edsger Dijkstra']),
    status: one(['created', 'paid', 'packed', 'delivered']),
    currency: one(['EUR', 'USD', 'GBP']),
    total: Math.floor(random() * 100_000) / 100,
    items: Array.from({ length: 2 }, () => ({
      sku: `SKU-${hex(6)}`,
      quantity: 1 + Math.floor(random() * 9),
      price: Math.floor(random() * 10_000) / 100,
    })),
  }
}

/** The same numbers in every run: the generator "minimal standard" of Park and Miller. */
function generator(): () => number {
  let state = 42
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
