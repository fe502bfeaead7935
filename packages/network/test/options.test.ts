import { expect, test } from 'vitest'
import { networkDefaults, resolveNetworkOptions } from '../src/options.js'

const bootstrapServers = ['a:1']

test('what is not given gets its default', () => {
  expect(resolveNetworkOptions({ bootstrapServers })).toEqual({
    ...networkDefaults,
    bootstrapServers,
  })
  expect(resolveNetworkOptions({ bootstrapServers, clientId: undefined }).clientId).toBe('sluice')
})

test('what is given is kept', () => {
  const given = {
    bootstrapServers: 'a:1,b:2',
    clientId: 'orders',
    maxInFlight: 1,
    allowAutoTopicCreation: false,
  }
  expect(resolveNetworkOptions(given)).toEqual({ ...networkDefaults, ...given })
})

test("the caller's object is neither written to nor kept", () => {
  const given = Object.freeze({ bootstrapServers: ['a:1'], requestTimeoutMs: 10 })
  const resolved = resolveNetworkOptions(given)
  given.bootstrapServers.push('b:2')
  expect(resolved.bootstrapServers).toEqual(['a:1'])
})

test.each([
  [{ requestTimeoutMs: 0 }, 'requestTimeoutMs must be a whole number from 1 to 2147483647, not 0'],
  [{ requestTimeoutMs: 2 ** 31 }, 'requestTimeoutMs must be'],
  [{ maxInFlight: 1.5 }, 'maxInFlight must be a whole number'],
  [{ metadataMaxAgeMs: Number.NaN }, 'metadataMaxAgeMs must be'],
  [{ maxResponseBytes: 2 ** 31 - 1 }, 'maxResponseBytes must be'],
  [
    { reconnectBackoffMs: 2_000 },
    'reconnectBackoffMs (2000) is above reconnectBackoffMaxMs (1000): lower',
  ],
  [{ retryBackoffMaxMs: 10 }, 'retryBackoffMs (100) is above retryBackoffMaxMs (10)'],
  [{ clientId: 'x'.repeat(32_768) }, 'clientId must be a string'],
  [{ bootstrapServers: 'kafka://a' }, 'without a protocol'],
])('%j is refused, naming what can work', (wrong, message) => {
  expect(() => resolveNetworkOptions({ bootstrapServers, ...wrong })).toThrow(message)
  expect(() => resolveNetworkOptions({ bootstrapServers, ...wrong })).toThrow('INVALID_OPTION')
})
