import { errorCodeOf, initProducerIdApi } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { connectTo, startCluster } from './cluster-fixture.js'

const body = { transactionalId: null, transactionTimeoutMs: 60_000 }

describe('InitProducerId', () => {
  test.each([0, 1, 2, 3, 4, 5])(
    'gives each producer an id of its own in version %i',
    async (version) => {
      const cluster = await startCluster({ brokers: 2 })
      const clients = [await connectTo(cluster, 0), await connectTo(cluster, 1)]
      const answers = []
      for (const client of [...clients, ...clients]) {
        answers.push(await client.request(initProducerIdApi, version, body))
      }
      expect(answers.map(({ errorCode, producerEpoch }) => [errorCode, producerEpoch])).toEqual(
        answers.map(() => [0, 0]),
      )
      expect(new Set(answers.map(({ producerId }) => producerId)).size).toBe(4)
    },
  )

  test('gives a new id to a producer that names its old one, as Kafka does without a transactional id', async () => {
    const client = await connectTo(await startCluster())
    const { producerId } = await client.request(initProducerIdApi, 4, body)
    const again = { ...body, producerId, producerEpoch: 0 }
    const answer = await client.request(initProducerIdApi, 4, again)
    expect(answer).toMatchObject({ errorCode: 0, producerEpoch: 0 })
    expect(answer.producerId).not.toBe(producerId)
  })

  test.each([
    { ...body, transactionalId: '' },
    { ...body, producerId: 3n },
    { ...body, producerEpoch: 3 },
  ])('refuses %o', async (refused) => {
    const client = await connectTo(await startCluster())
    const { errorCode, producerId } = await client.request(initProducerIdApi, 4, refused)
    expect([errorCodeOf(errorCode), producerId]).toEqual(['INVALID_REQUEST', -1n])
  })
})
