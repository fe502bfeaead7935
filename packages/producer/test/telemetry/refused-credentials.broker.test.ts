import { setTimeout as pause } from 'node:timers/promises'
import type { Transport } from '@sluice/network'
import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { createProducer } from '../../src/index.js'

test('credentials that the cluster refuses are not tried again for telemetry alone', async () => {
  let attempts = 0
  const transport: Transport = {
    connect() {
      attempts++
      return Promise.reject(new KafkaError('SASL_AUTHENTICATION_FAILED', 'unknown user u'))
    },
  }
  await using producer = createProducer({
    bootstrapServers: 'localhost:9092',
    transport,
    reconnectBackoffMs: 1,
    reconnectBackoffMaxMs: 1,
  })
  await expect(producer.connect()).rejects.toThrow('SASL_AUTHENTICATION_FAILED')
  const before = attempts
  await pause(300)
  expect(attempts).toBe(before)
})
