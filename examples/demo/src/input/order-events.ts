/** One event of the bundled set. */
interface OrderEvent {
  readonly orderId: string
  readonly customerId: string
  readonly customer: { readonly name: string; readonly city: string }
  readonly items: readonly OrderItem[]
  readonly total: number
  readonly currency: string
  readonly payment: string
  readonly createdAt: string
}

interface OrderItem {
  readonly sku: string
  readonly name: string
  readonly quantity: number
  readonly unitPrice: number
}

type Draw = (below: number) => number

/** The first `count` orders of a shop, as JSON: all distinct, and the same in every run. */
export function orderEvents(count: number): Buffer[] {
  const draw = seededDraw(20_260_101)
  let createdAtMs = Date.UTC(2026, 0, 1, 6)
  return Array.from({ length: count }, (_, index) => {
    createdAtMs += 50 + draw(4_000)
    return Buffer.from(JSON.stringify(orderEvent(index + 1, createdAtMs, draw)))
  })
}

const customers = 2_500
const firstNames = [
  'Aylin',
  'Ben',
  'Chloé',
  'Dmitri',
  'Emeka',
  'Fatma',
  'Göran',
  'Hana',
  'Íñigo',
  'Zoë',
]
const lastNames = [
  'Åkesson',
  'Bauer',
  'Castañeda',
  'Dubois',
  'Okafor',
  'Rossi',
  'Şahin',
  'Tanaka',
  'Weiß',
]
const places = [
  { city: 'Berlin', currency: 'EUR' },
  { city: 'Göteborg', currency: 'SEK' },
  { city: 'İzmir', currency: 'TRY' },
  { city: 'London', currency: 'GBP' },
  { city: 'Lyon', currency: 'EUR' },
  { city: 'Zürich', currency: 'CHF' },
  { city: '大阪', currency: 'JPY' },
] as const
const products = [
  { sku: 'BK-1042', name: 'Notebook, dotted', cents: 890 },
  { sku: 'PN-0007', name: 'Fountain pen, fine', cents: 3_450 },
  { sku: 'IN-0311', name: 'Ink, 50 ml, “Königsblau”', cents: 1_295 },
  { sku: 'LM-2200', name: 'Desk lamp', cents: 7_900 },
  { sku: 'CH-0905', name: 'Chair, oak', cents: 24_900 },
  { sku: 'MG-0450', name: 'Mug, café crème', cents: 1_150 },
] as const
const payments = ['card', 'invoice', 'transfer', 'wallet'] as const

function orderEvent(number: number, createdAtMs: number, draw: Draw): OrderEvent {
  const customer = customerOf(draw)
  const items = Array.from({ length: 1 + draw(3) }, () => orderItem(draw))
  const cents = items.reduce(
    (sum, item) => sum + Math.round(item.unitPrice * 100) * item.quantity,
    0,
  )
  return {
    orderId: `o-${String(number).padStart(7, '0')}`,
    customerId: `c-${String(customer).padStart(5, '0')}`,
    customer: { name: nameOf(customer), city: placeOf(customer).city },
    items,
    total: cents / 100,
    currency: placeOf(customer).currency,
    payment: pick(payments, draw(payments.length)),
    createdAt: new Date(createdAtMs).toISOString(),
  }
}

/** Some customers order far more often than others: the smaller of two draws. */
function customerOf(draw: Draw): number {
  return 1 + Math.min(draw(customers), draw(customers))
}

function orderItem(draw: Draw): OrderItem {
  const { sku, name, cents } = pick(products, draw(products.length))
  return { sku, name, quantity: 1 + draw(4), unitPrice: cents / 100 }
}

function nameOf(customer: number): string {
  return `${pick(firstNames, customer)} ${pick(lastNames, customer)}`
}

function placeOf(customer: number): (typeof places)[number] {
  return pick(places, customer)
}

function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length]!
}

/** Mulberry32: small, and the same numbers on every machine. */
function seededDraw(seed: number): Draw {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
