import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { failureOf, transactionalCluster } from './transactional-cluster.js'

/** To the client it looks as if every broker refused its password. */
const refused = {
  transport: {
    connect: () => Promise.reject(new KafkaError('SASL_AUTHENTICATION_FAILED', 'unknown user u')),
    portable: {
      module: new URL('../../fixtures/refusing-transport.mjs', import.meta.url).href,
      export: 'refusingTransport',
      options: undefined,
    },
  },
  maxBlockMs: 20_000,
}

test.each(['connect', 'beginTransaction', 'transact'] as const)(
  '%s() of a transactional producer that every broker refuses says so at once, and does not wait for maxBlockMs',
  async (call) => {
    await using world = await transactionalCluster(refused)
    const { producer } = world
    const calls = {
      connect: () => producer.connect(),
      beginTransaction: () => producer.beginTransaction(),
      transact: () => producer.transact(async () => {}),
    }
    const since = performance.now()
    const error = await failureOf(calls[call]())
    expect(error.code).toBe('SASL_AUTHENTICATION_FAILED')
    expect(error.message).toMatch(/unknown user u/)
    expect(performance.now() - since).toBeLessThan(15_000)
  },
)
