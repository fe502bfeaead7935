import { apiVersionsApi, metadataApi } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { SocketWorld } from '../socket-world.js'

test('the features that the cluster has finalized are known once a connection is ready', async () => {
  const world = new SocketWorld()
  world.broker.features = { 'transaction.version': 2, 'metadata.version': 25 }
  world.broker.featuresEpoch = 7n
  expect(world.client.metadata.features).toEqual(new Map())
  await world.connected(1)
  expect(world.client.metadata.features).toEqual(
    new Map([
      ['transaction.version', 2],
      ['metadata.version', 25],
    ]),
  )
})

test('of the features of several brokers those with the highest epoch count, and only they change the version', async () => {
  const world = new SocketWorld({ brokers: 3 })
  for (const [index, epoch] of [5n, 6n, 4n].entries()) {
    world.brokers[index]!.features = { 'transaction.version': index }
    world.brokers[index]!.featuresEpoch = epoch
  }
  await world.connected()
  const { metadata } = world.client
  expect(metadata.features).toEqual(new Map([['transaction.version', 0]]))
  const before = metadata.version
  await world.connected(2)
  expect(metadata.features).toEqual(new Map([['transaction.version', 1]]))
  expect(metadata.version).toBe(before + 1)
  await world.connected(3)
  expect(metadata.features).toEqual(new Map([['transaction.version', 1]]))
  expect(metadata.version).toBe(before + 1)
})

test('a broker that does not know the features leaves them as they are', async () => {
  const world = new SocketWorld({ brokers: 2 })
  world.broker.features = { 'transaction.version': 2 }
  world.broker.featuresEpoch = 0n
  world.brokers[1]!.script = ({ apiKey }) =>
    apiKey === apiVersionsApi.key ? { errorCode: 0, apiKeys: world.broker.versions } : undefined
  await world.connected(1, 2)
  expect(world.client.connectionId(2)).toBeGreaterThan(0)
  expect(world.client.metadata.features).toEqual(new Map([['transaction.version', 2]]))
})

test('when the brokers are asked for anew, features with a lower epoch count: the cluster may be another one', async () => {
  const world = new SocketWorld()
  world.broker.features = { 'transaction.version': 2 }
  world.broker.featuresEpoch = 9n
  await world.connected(1)
  world.broker.features = { 'transaction.version': 1 }
  world.broker.featuresEpoch = 3n
  world.broker.script = rebootstrapOnce()
  world.client.metadata.refresh()
  await world.runtime.pass(2_000)
  expect(world.client.metadata.features).toEqual(new Map([['transaction.version', 1]]))
})

function rebootstrapOnce(): SocketWorld['broker']['script'] {
  let asked = false
  return ({ apiKey }) => {
    if (apiKey !== metadataApi.key || asked) return undefined
    asked = true
    return { errorCode: 129, brokers: [], topics: [], clusterId: 'c', controllerId: -1 }
  }
}
