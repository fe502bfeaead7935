import { readFileSync } from 'node:fs'
import { memoryTransport } from '@sluice/network/testing'
import { createProducer } from '@sluice/producer'
import { KafkaError, metadataApi } from '@sluice/protocol'
import { expect, onTestFinished, test, vi } from 'vitest'
import { codeOfGuide } from '../../../test/guide.js'
import { cramSha256 } from '../src/cram-sha-256.js'
import { CramBroker } from './cram-broker.js'

test('the guide to authentication shows the mechanism as it is tested', () => {
  const source = readFileSync(new URL('../src/cram-sha-256.ts', import.meta.url), 'utf8')
  expect(codeOfGuide('custom-sasl')).toContain(source)
})

function connecting(key: string): { broker: CramBroker; refused: Promise<unknown> } {
  const broker = new CramBroker({ orders: 'the right key' })
  const transport = memoryTransport()
  transport.listen('kafka', 9092, (peer) => broker.accept(peer))
  const producer = createProducer({
    bootstrapServers: 'kafka:9092',
    transport,
    sasl: cramSha256('orders', async () => key),
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  })
  onTestFinished(() => producer.close({ timeoutMs: 0 }))
  const refused = producer.connect().catch((error: unknown) => error)
  return { broker, refused }
}

test('the broker goes on with a client that proves that it has the key', async () => {
  const { broker } = connecting('the right key')
  await vi.waitFor(() => expect(broker.admitted).toEqual([metadataApi.key]), 30_000)
})

test('a wrong key is refused at once, and is in no message', async () => {
  const { broker, refused } = connecting('a canary')
  const error = await refused
  expect(error).toBeInstanceOf(KafkaError)
  expect(error).toMatchObject({ code: 'SASL_AUTHENTICATION_FAILED' })
  expect(String(error)).not.toContain('canary')
  expect(broker.admitted).toEqual([])
})
