/** A text in JSON as services send it: names that repeat, and numbers and ids that do not. */
export function order(random: () => number): object {
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
export function generator(): () => number {
  let state = 42
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
