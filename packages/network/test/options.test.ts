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
  [{ requestTimeoutMs: 0 }, 'requestTimeoutMs is 0; give a whole number from 1 to 2147483647'],
  [{ requestTimeoutMs: 2 ** 31 }, 'requestTimeoutMs is 2147483648; give a'],
  [{ maxInFlight: 1.5 }, 'maxInFlight is 1.5; give a whole number from 1 to 1000000'],
  [{ metadataMaxAgeMs: Number.NaN }, 'metadataMaxAgeMs is NaN; give a whole number'],
  [{ maxResponseBytes: 2 ** 31 - 1 }, 'maxResponseBytes is 2147483647; give a'],
  [
    { reconnectBackoffMs: 2_000 },
    'reconnectBackoffMs (2000) is above reconnectBackoffMaxMs (1000): lower',
  ],
  [{ retryBackoffMaxMs: 10 }, 'retryBackoffMs (100) is above retryBackoffMaxMs (10)'],
  [{ requestTimeoutMs: '30000' }, "requestTimeoutMs is the string '30000'; give a whole number"],
  [{ maxInFlight: 5n }, 'maxInFlight is the bigint 5n; give a whole number'],
  [{ connectionsMaxIdleMs: Infinity }, 'connectionsMaxIdleMs is Infinity; give a whole number'],
  [{ maxInFlight: null }, 'maxInFlight is null; give a whole number'],
  [
    { allowAutoTopicCreation: 'false' },
    "allowAutoTopicCreation is the string 'false'; give true or false",
  ],
  [{ allowInsecureSasl: 1 }, 'allowInsecureSasl is 1; give true or false'],
  [{ clientId: 5 }, 'clientId must be a string of at most 32767 bytes, not 5'],
  [{ clientId: 'x'.repeat(32_768) }, 'clientId must be a string'],
  [{ bootstrapServers: 'kafka://a' }, 'without a protocol'],
])('%o is refused, naming what can work', (wrong: object, message) => {
  expect(() => resolveNetworkOptions({ bootstrapServers, ...wrong })).toThrow(message)
  expect(() => resolveNetworkOptions({ bootstrapServers, ...wrong })).toThrow('INVALID_OPTION')
})
