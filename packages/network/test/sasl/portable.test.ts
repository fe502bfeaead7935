import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { expectRebuilt } from '../../../../test/rebuilt.js'
import type { SaslExchange, SaslMechanism } from '../../src/sasl-mechanism.js'
import { oauthBearer, plain, scramSha256, scramSha512 } from '../../src/sasl.js'

const credentials = { username: 'orders', password: 'canary' }
const context = { host: 'broker-1', port: 9092, encrypted: true }

/** What a mechanism says of itself, and its first message without what differs at each authentication. */
async function firstOf(mechanism: SaslMechanism): Promise<unknown> {
  const { name, needsEncryption } = mechanism
  const first = await mechanism.begin(context).initial()
  return [name, needsEncryption, Buffer.from(first).toString().replace(/,r=.*/, '')]
}

test.each<[string, SaslMechanism]>([
  ['PLAIN', plain(credentials)],
  ['SCRAM-SHA-256', scramSha256(credentials)],
  ['SCRAM-SHA-512', scramSha512({ ...credentials, maxIterations: 5_000 })],
  ['OAUTHBEARER', oauthBearer({ token: 'abc', extensions: { logicalCluster: 'lkc' } })],
])('%s can be made again from its portable', async (_, mechanism) => {
  await expectRebuilt(mechanism, firstOf)
})

test('the portable of SCRAM keeps its limit of iterations', () => {
  const { portable } = scramSha512({ ...credentials, maxIterations: 5_000 })
  expect(portable).toMatchObject({ export: 'scramSha512', options: { maxIterations: 5_000 } })
})

test.each<[string, SaslMechanism]>([
  ['PLAIN', plain(() => credentials)],
  ['PLAIN with a function for the password', plain({ ...credentials, password: () => 'canary' })],
  ['SCRAM-SHA-256', scramSha256(async () => credentials)],
  ['OAUTHBEARER', oauthBearer({ token: () => 'abc' })],
  [
    'OAUTHBEARER with a function for extensions',
    oauthBearer({ token: 'abc', extensions: () => ({}) }),
  ],
])('%s that asks a function is not portable', (_, mechanism) => {
  expect(mechanism.portable).toBeUndefined()
})

test('neither inspection nor JSON of a mechanism shows the secret in its portable', () => {
  for (const mechanism of [
    plain(credentials),
    scramSha256(credentials),
    scramSha512(credentials),
  ]) {
    expect(mechanism.portable?.options).toMatchObject({ password: 'canary' })
    expect(inspect(mechanism, { depth: 9, showHidden: true })).not.toContain('canary')
    expect(JSON.stringify({ ...mechanism, mechanism })).not.toContain('canary')
  }
})

test('a mechanism with another begin is not portable, for another thread would make it without that', () => {
  const begin = (): SaslExchange => ({ initial: () => new Uint8Array(0), next: () => null })
  const made = [
    () => plain(credentials),
    () => scramSha256(credentials),
    () => oauthBearer({ token: 'abc' }),
  ]
  for (const make of made) {
    expect(make().portable).toBeDefined()
    expect({ ...make(), begin }.portable).toBeUndefined()
    expect(Object.assign(make(), { begin }).portable).toBeUndefined()
  }
})
