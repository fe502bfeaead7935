import { expect, test } from 'vitest'
import { orderEvents } from '../src/input/order-events.js'

test('orders are distinct, and the same in every run', () => {
  const orders = orderEvents(20_000).map(String)
  expect(new Set(orders).size).toBe(20_000)
  expect(orderEvents(3).map(String)).toEqual(orders.slice(0, 3))
  expect(JSON.parse(orders[0]!)).toMatchObject({
    orderId: 'o-0000001',
    customerId: 'c-01716',
    customer: { name: 'Göran Şahin', city: 'Göteborg' },
    total: 1054.95,
    currency: 'SEK',
    createdAt: '2026-01-01T06:00:02.266Z',
  })
})

test('the total is what the items cost', () => {
  for (const line of orderEvents(500)) {
    const { items, total } = JSON.parse(String(line)) as {
      items: { quantity: number; unitPrice: number }[]
      total: number
    }
    const sum = items.reduce((cost, { quantity, unitPrice }) => cost + quantity * unitPrice, 0)
    expect(total).toBeCloseTo(sum, 2)
  }
})
