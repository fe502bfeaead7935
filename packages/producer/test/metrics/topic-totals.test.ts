import { expect, test } from 'vitest'
import { topicLimit, TopicTotals } from '../../src/metrics/topic-totals.js'

function sent(totals: TopicTotals, topic: string, at: number): void {
  const place = { topic, partition: 0, records: 2, since: at }
  totals.sealed({ ...place, bytes: 10, openMs: 0, reason: 'full' })
  totals.settled({ ...place, errorCode: null })
}

test('O07: ten thousand topics that are sent to once have figures for a thousand, and the rest is summed', () => {
  const totals = new TopicTotals()
  for (let i = 0; i < 10_000; i++) sent(totals, `tenant-${i}`, i)
  const topics = totals.inUse(10_000)
  expect(topics.size).toBe(topicLimit)
  const rest = 10_000 - topicLimit
  expect(totals.others).toMatchObject({ recordSendTotal: 2 * rest, recordAckTotal: 2 * rest })
})

test('a topic without a batch for five minutes disappears, and makes room for another one though nobody reads', () => {
  const totals = new TopicTotals()
  for (let i = 0; i < topicLimit; i++) sent(totals, `old-${i}`, 0)
  sent(totals, 'early', 290_000)
  expect(totals.others.recordSendTotal).toBe(2)
  sent(totals, 'late', 301_000)
  expect([...totals.inUse(301_000).keys()]).toEqual(['late'])
})

test('figures of a topic tell its records, failures and retries, and of no other topic', () => {
  const totals = new TopicTotals()
  sent(totals, 'orders', 0)
  const place = { topic: 'orders', partition: 1, records: 3 }
  totals.settled({ ...place, since: 0, errorCode: 'DELIVERY_TIMEOUT' })
  totals.retry({ ...place, errorCode: 'NOT_LEADER_OR_FOLLOWER', action: 'retry' })
  totals.retry({ ...place, errorCode: 'MESSAGE_TOO_LARGE', action: 'split' })
  totals.retry({ ...place, errorCode: 'OUT_OF_ORDER_SEQUENCE_NUMBER', action: 'awaitProbe' })
  sent(totals, 'others', 0)
  expect(totals.inUse(0).get('orders')).toMatchObject({
    recordSendTotal: 2,
    recordAckTotal: 2,
    recordErrorTotal: 3,
    recordRetryTotal: 3,
    byteTotal: 10,
  })
})
