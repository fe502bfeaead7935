import type { FrontFigures } from '@sluice/accumulator'
import type { ConnectionEvent } from '@sluice/network'
import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { clusterStanding } from '../../src/metrics/cluster-standing.js'
import { SendingMeasures } from '../../src/metrics/measures/sending-measures.js'
import { readStatus, type StatusSources } from '../../src/metrics/read-status.js'

const idle = { waitingSince: null, sealedSince: null, unsettledSince: null } as FrontFigures

function statusOf({
  sending = new SendingMeasures(),
  now = 100_000,
  ...sources
}: Partial<StatusSources> & { readonly sending?: SendingMeasures }) {
  const standing = clusterStanding(sending, now)
  return readStatus({ closed: false, fatal: null, front: idle, standing, now, ...sources })
}

function connection(event: Partial<ConnectionEvent>): ConnectionEvent {
  const about = { node: 1, connectionId: 1, address: 'b:9092', at: 1, durationMs: 1 }
  return { state: 'ready', ...about, errorCode: null, features: new Map(), ...event }
}

function connected(): SendingMeasures {
  const sending = new SendingMeasures()
  sending.connection(connection({}))
  return sending
}

test('a producer that was never connected is not ready, and its message says what to call', () => {
  const status = statusOf({})
  expect(status).toMatchObject({ ready: false, reason: 'notConnected', connectedBrokers: [] })
  expect(status.message).toContain('connect()')
  expect(status).not.toHaveProperty('metadataAgeMs')
  expect(status).not.toHaveProperty('oldestPendingMs')
})

test('a producer whose idle connections were closed stays ready: the next record opens one', () => {
  const sending = connected()
  sending.connection(connection({ state: 'closed' }))
  expect(statusOf({ sending })).toMatchObject({ ready: true, connectedBrokers: [] })
})

test('a producer that has lost its last connection is not ready until another one is there', () => {
  const sending = connected()
  sending.connection(connection({ node: 2, connectionId: 2 }))
  const lost = { state: 'closed', errorCode: 'CONNECTION_CLOSED' } as const
  sending.connection(connection(lost))
  expect(statusOf({ sending })).toMatchObject({ ready: true, connectedBrokers: [2] })
  sending.connection(connection({ ...lost, node: 2, connectionId: 2 }))
  const status = statusOf({ sending })
  expect(status).toMatchObject({ ready: false, reason: 'disconnected', connectedBrokers: [] })
  expect(status.message).toContain('CONNECTION_CLOSED')
  sending.connection(connection({ connectionId: 3 }))
  expect(statusOf({ sending })).toMatchObject({ ready: true, connectedBrokers: [1] })
})

test('one broker that cannot be reached leaves a producer ready after the other ones have closed their idle connections', () => {
  const sending = connected()
  sending.connection(
    connection({ state: 'closed', node: 3, connectionId: 3, errorCode: 'CONNECTION_FAILED' }),
  )
  sending.connection(connection({ state: 'closed' }))
  expect(statusOf({ sending }).ready).toBe(true)
})

test('batches that no broker answers for more than five seconds make a producer unready, and the next answer ends that', () => {
  const sending = connected()
  const front = { ...idle, sealedSince: 90_000, unsettledSince: 80_000 }
  expect(statusOf({ sending, front, now: 95_000 }).ready).toBe(true)
  expect(statusOf({ sending, front, now: 95_001 })).toMatchObject({
    ready: false,
    reason: 'unanswered',
    oldestPendingMs: 15_001,
  })
  const ended = { connectionId: 1, bytesSent: 1, bytesReceived: 1, durationMs: 1, throttleMs: 0 }
  const about = { api: 'Produce', version: 9, node: 1, errorCode: null }
  sending.request({ ...about, ...ended, at: 95_500 })
  expect(statusOf({ sending, front, now: 100_000 }).ready).toBe(true)
  expect(statusOf({ sending, front, now: 101_000 }).ready).toBe(false)
})

test('records that wait while no broker answers make a producer unready, those that linger do not', () => {
  const sending = connected()
  const waiting = { ...idle, waitingSince: 80_000 }
  expect(statusOf({ sending, front: waiting })).toMatchObject({
    reason: 'unanswered',
    oldestPendingMs: 20_000,
  })
  const lingering = { ...idle, unsettledSince: 80_000 }
  expect(statusOf({ sending, front: lingering })).toMatchObject({
    reason: 'ready',
    oldestPendingMs: 20_000,
  })
})

test('what has ended the producer is told with its error, and a close is told before it', () => {
  const fatal = new KafkaError('PRODUCER_FENCED', 'another one')
  const sending = connected()
  const status = statusOf({ sending, fatal })
  expect(status).toMatchObject({ ready: false, reason: 'fatal', error: fatal })
  expect(status.message).toContain('PRODUCER_FENCED')
  const closed = statusOf({ sending, fatal, closed: true })
  expect(closed).toMatchObject({ ready: false, reason: 'closed' })
  expect(closed).not.toHaveProperty('error')
})
