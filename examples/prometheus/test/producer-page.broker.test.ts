import { createEmbeddedCluster, type EmbeddedCluster } from '@sluice/embedded-broker'
import { createProducer, type Producer } from '@sluice/producer'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { showProducer } from '../src/producer-page.js'
import { seriesOf } from './page-text.js'

let cluster: EmbeddedCluster
const opened: Producer[] = []

beforeAll(async () => {
  cluster = await createEmbeddedCluster({ defaultPartitions: 1 })
})
afterAll(async () => {
  await Promise.all(opened.map((producer) => producer.close()))
  await cluster.close()
})

function open(clientId: string): Producer {
  const { bootstrapServers } = cluster
  const producer = createProducer({ bootstrapServers, clientId, maxRequestBytes: 65_536 })
  opened.push(producer)
  return producer
}

test('two producers share a registry and are told apart, also with one client id, and a closed one leaves the page', async () => {
  const registry = new Registry()
  const [orders, again, audit] = ['orders', 'orders', 'audit'].map(open)
  const names = [orders!, again!].map((producer) => showProducer(registry, 'orders', producer))
  names.push(showProducer(registry, 'audit', audit!))
  expect(names).toEqual(['orders', 'orders-2', 'audit'])
  await orders!.send({ topic: 'orders', value: 'a' })
  await audit!.sendMany(['b', 'c'].map((value) => ({ topic: 'audit', value })))
  const acknowledged = async (): Promise<unknown> =>
    (await seriesOf(registry)).get('sluice_producer_records_acknowledged_total')
  expect(await acknowledged()).toEqual({
    'producer="orders"': 1,
    'producer="orders-2"': 0,
    'producer="audit"': 2,
  })

  await orders!.close()
  expect(await acknowledged()).toEqual({ 'producer="orders-2"': 0, 'producer="audit"': 2 })
  expect(showProducer(registry, 'orders', open('orders'))).toBe('orders')
  expect(await acknowledged()).toMatchObject({ 'producer="orders"': 0 })
})

test('failures are counted by their code, topics by their name, and a page that is read twice counts nothing twice', async () => {
  const registry = new Registry()
  const producer = open('counting')
  showProducer(registry, 'counting', producer)
  await producer.send({ topic: 'counted', value: 'a' })
  const value = 'x'.repeat(70_000)
  await producer.send({ topic: 'counted', value }).catch(() => {})
  const first = await seriesOf(registry)
  expect(first.get('sluice_producer_record_errors_total')).toEqual({
    'producer="counting",code="RECORD_TOO_LARGE"': 1,
  })
  expect(first.get('sluice_producer_topic_records_acknowledged_total')).toEqual({
    'producer="counting",topic="counted"': 1,
    'producer="counting",topic="(others)"': 0,
  })
  expect(first.get('sluice_producer_ready')).toEqual({ 'producer="counting",reason="ready"': 1 })
  const second = await seriesOf(registry)
  expect(second.get('sluice_producer_record_errors_total')).toEqual(
    first.get('sluice_producer_record_errors_total'),
  )
})
