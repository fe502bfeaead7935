import {
  createEmbeddedCluster,
  type EmbeddedCluster,
  type InterceptedCall,
} from '@sluice/embedded-broker'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startFrozen } from './frozen-environment.js'

let cluster: EmbeddedCluster

beforeEach(async () => {
  const topics = { orders: { partitions: 1 }, calls: { partitions: 1 } }
  cluster = await createEmbeddedCluster({ brokers: 2, topics, maxMessageBytes: 2_000 })
  cluster.moveLeader('orders', 0, 0)
  cluster.moveLeader('calls', 0, 1)
})
afterEach(() => cluster.close())

const valuesOf = (topic: string): string[] =>
  cluster
    .records(topic)
    .map(({ value }) => String(value))
    .toSorted()
const nothingFailed = { batchItemFailures: [] }

test('when the function is frozen everything is in the log, also what nobody has awaited', async () => {
  // The broker of the record that nobody awaits is slower than that of the messages.
  cluster.intercept('Produce', ({ delay }) => delay(300), { broker: 1 })
  const environment = await startFrozen(cluster.bootstrapServers.join())
  expect(await environment.call(['a', 'b', 'c'])).toEqual(nothingFailed)
  expect(valuesOf('orders')).toEqual(['a', 'b', 'c'])
  expect(valuesOf('calls')).toEqual(['{"messages":3}'])
})

test('a connection that was closed in the freeze costs nothing but another one', async () => {
  const environment = await startFrozen(cluster.bootstrapServers.join())
  expect(await environment.call(['a'])).toEqual(nothingFailed)
  await Promise.all(cluster.brokers.map((broker) => broker.closeConnections()))
  expect(await environment.call(['b', 'c'])).toEqual(nothingFailed)
  expect(valuesOf('orders')).toEqual(['a', 'b', 'c'])
})

test('a connection that has died in the freeze without a word is given up, and nothing is lost or doubled', async () => {
  const environment = await startFrozen(cluster.bootstrapServers.join())
  expect(await environment.call(['a'])).toEqual(nothingFailed)
  let dead: number | undefined
  const hangOnDead = async ({ connection, hang }: InterceptedCall<'Produce'>): Promise<void> => {
    dead ??= connection
    if (connection === dead) await hang()
  }
  cluster.intercept('Produce', hangOnDead, { broker: 0 })
  expect(await environment.call(['b', 'c'])).toEqual(nothingFailed)
  expect(valuesOf('orders')).toEqual(['a', 'b', 'c'])
  expect(valuesOf('calls')).toHaveLength(2)
})

test('a message that cannot be sent is given back to the queue, and the others are not', async () => {
  const environment = await startFrozen(cluster.bootstrapServers.join())
  const { batchItemFailures } = await environment.call(['a', 'b'.repeat(3_000), 'c'])
  expect(batchItemFailures).toEqual([{ itemIdentifier: 'm-1' }])
  expect(valuesOf('orders')).toEqual(['a', 'c'])
})
