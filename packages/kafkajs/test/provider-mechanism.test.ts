import { Buffer } from 'node:buffer'
import type { AuthenticationProviderArgs, Logger } from 'kafkajs-original'
import { expect, test } from 'vitest'
import { providerMechanism } from '../src/adapter/connection/provider-mechanism.js'

const logger = { namespace: (name: string) => ({ name }) } as unknown as Logger

/** As kafkajs encodes: the size comes first. */
function sized(text: string): Buffer {
  const size = Buffer.alloc(4)
  size.writeInt32BE(Buffer.byteLength(text))
  return Buffer.concat([size, Buffer.from(text)])
}

function begun(authenticate: (args: AuthenticationProviderArgs) => Promise<void>) {
  const mechanism = providerMechanism(
    {
      mechanism: 'mine',
      authenticationProvider: (args) => ({ authenticate: () => authenticate(args) }),
    },
    logger,
  )
  return { mechanism, exchange: mechanism.begin({ host: 'h', port: 1, encrypted: false }) }
}

test('a provider of the program sends and hears as often as it likes, with sizes before its bytes as in kafkajs', async () => {
  const heard: unknown[] = []
  const { mechanism, exchange } = begun(async ({ host, port, logger: own, saslAuthenticate }) => {
    heard.push(host, port, own)
    for (const text of ['first', 'second'])
      heard.push(
        await saslAuthenticate({
          request: { encode: () => sized(text) },
          response: {
            decode: (raw) => raw.subarray(4),
            parse: (data) => `${raw(data)} of ${text}`,
          },
        }),
      )
  })
  const raw = (data: Buffer): string => data.toString()
  expect(mechanism.name).toBe('MINE')
  expect(Buffer.from(await exchange.initial()).toString()).toBe('first')
  expect(Buffer.from((await exchange.next(Buffer.from('1')))!).toString()).toBe('second')
  expect(await exchange.next(Buffer.from('2'))).toBeNull()
  expect(heard).toEqual(['h', 1, { name: 'SaslAuthenticator-MINE' }, '1 of first', '2 of second'])
})

test('what the provider throws ends the exchange', async () => {
  const { exchange } = begun(() => Promise.reject(new Error('no ticket')))
  await expect(exchange.initial()).rejects.toThrow('no ticket')
})
