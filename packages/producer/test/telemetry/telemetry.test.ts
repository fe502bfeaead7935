import { KafkaError } from '@sluice/protocol'
import { manualClock } from '@sluice/protocol/testing'
import { expect, test, vi } from 'vitest'
import { eventually } from '../../../../test/eventually.js'
import type { TelemetryChannel } from '../../src/sending-half/telemetry-channel.js'
import { Telemetry } from '../../src/telemetry/telemetry.js'
import { createMockProducer } from '../../src/testing.js'

function aTelemetry(available: () => Promise<void>) {
  const clock = manualClock()
  clock.random = () => 0
  const channel = {
    available: vi.fn<() => Promise<void>>(available),
    subscribe: vi.fn<TelemetryChannel['subscribe']>(async () => ({
      clientInstanceId: '3f03a4af-0789-412d-b411-98706bcea726',
      subscriptionId: 1,
      acceptedCompressionTypes: [],
      pushIntervalMs: 1_000,
      telemetryMaxBytes: 100_000,
      deltaTemporality: true,
      requestedMetrics: [''],
    })),
    push: vi.fn<TelemetryChannel['push']>(async () => {}),
  }
  const producer = createMockProducer()
  const telemetry = new Telemetry({
    channel,
    metrics: () => producer.metrics(),
    resource: {},
    runtime: clock,
  })
  return { clock, channel, telemetry }
}

test('a producer that is not used asks nothing', async () => {
  const { channel, clock, telemetry } = aTelemetry(async () => {})
  await clock.pass(10_000)
  telemetry.end()
  expect(channel.available).not.toHaveBeenCalled()
})

test('a producer that is used reports, however often it is used', async () => {
  const { channel, clock, telemetry } = aTelemetry(async () => {})
  telemetry.begin()
  telemetry.begin()
  await eventually(() => expect(channel.subscribe).toHaveBeenCalledOnce())
  await clock.pass(500)
  expect(channel.push).toHaveBeenCalledOnce()
  telemetry.end()
  expect(channel.push).toHaveBeenLastCalledWith(expect.objectContaining({ terminating: true }))
})

test('where brokers do not have telemetry, nothing is sent and no line is written', async () => {
  const { channel, clock, telemetry } = aTelemetry(() => new Promise(() => {}))
  telemetry.begin()
  await clock.pass(3_600_000)
  telemetry.end()
  expect(channel.subscribe).not.toHaveBeenCalled()
  expect(channel.push).not.toHaveBeenCalled()
  expect(clock.logged).toEqual([])
})

test('a producer that is closed before its brokers are known asks nothing', async () => {
  let answer: () => void = () => {}
  const { channel, clock, telemetry } = aTelemetry(
    () => new Promise((resolve) => (answer = resolve)),
  )
  telemetry.begin()
  telemetry.end()
  answer()
  await clock.pass(10_000)
  await vi.dynamicImportSettled()
  expect(channel.subscribe).not.toHaveBeenCalled()
})

test('what goes wrong before the first question is a line for developers', async () => {
  const { clock, telemetry } = aTelemetry(() =>
    Promise.reject(new KafkaError('PRODUCER_CLOSED', 'over')),
  )
  telemetry.begin()
  await clock.settle()
  expect(clock.logged).toMatchObject([{ level: 'debug' }])
})
