import { setTimeout as pause } from 'node:timers/promises'
import type { Transport } from '@sluice/network'
import { expect, test } from 'vitest'
import { createProducer } from '../../src/index.js'

test('a thread that dies as it connects does not connect again for telemetry alone', async () => {
  const url = new URL('../fixtures/deadly-transport.mjs', import.meta.url)
  const { deadlyTransport } = (await import(url.href)) as {
    deadlyTransport(options: object): Transport
  }
  const deaths = new Int32Array(new SharedArrayBuffer(4))
  await using producer = createProducer({
    bootstrapServers: 'localhost:9092',
    senderThread: true,
    transport: deadlyTransport({ deaths }),
  })
  await expect(producer.connect()).rejects.toThrow('SENDER_THREAD_DIED')
  await pause(1_500)
  expect(deaths[0]).toBe(1)
})
