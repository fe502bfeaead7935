import type { ConnectionEvent, RequestEvent } from '@sluice/network'
import { expect, test } from 'vitest'
import { slot } from '../../src/metrics/measures/broker-slot.js'
import { SendingMeasures, total } from '../../src/metrics/measures/sending-measures.js'

function requestOf(event: Partial<RequestEvent>): RequestEvent {
  const bytes = { bytesSent: 100, bytesReceived: 50 }
  const times = { at: 0, durationMs: 5, throttleMs: 0 }
  const about = { api: 'Produce', version: 9, node: 1, connectionId: 1, errorCode: null }
  return { ...about, ...bytes, ...times, ...event }
}

function connectionOf(event: Partial<ConnectionEvent>): ConnectionEvent {
  const about = { node: 1, connectionId: 1, address: 'b:9092', at: 0, durationMs: 1 }
  return { state: 'ready', ...about, errorCode: null, features: new Map(), ...event }
}

function produced(measures: SendingMeasures, node: number, at: number): void {
  measures.produce({ id: 1, node, at, records: 1, batchBytes: [70], queueMs: [0] })
}

/** Connects to a broker, sends it a request, and loses the connection. */
function meet(measures: SendingMeasures, node: number, at: number): void {
  measures.connection(connectionOf({ node, connectionId: node, at }))
  produced(measures, node, at)
  measures.request(requestOf({ node, at }))
  measures.connection(connectionOf({ state: 'closed', node, connectionId: node, at }))
}

test('O06: the series of brokers that are gone disappear after five minutes, and memory stays the same', () => {
  const measures = new SendingMeasures()
  let most = 0
  for (let node = 0; node < 500; node++) {
    meet(measures, node, node * 10_000)
    most = Math.max(most, measures.brokers.inUse(node * 10_000).length)
  }
  // One broker each ten seconds.
  expect(most).toBe(30)
  expect(measures.brokers.inUse(500 * 10_000 + 300_000)).toEqual([])
  expect([...measures.brokers.all()].length).toBeLessThanOrEqual(31)
  expect(measures.totals[total.requestTotal]).toBe(500)
})

test('a broker that takes the place of another one begins with nothing', () => {
  const measures = new SendingMeasures()
  meet(measures, 7, 0)
  meet(measures, 8, 400_000)
  const [broker, ...others] = measures.brokers.inUse(400_000)
  expect(others).toEqual([])
  expect(broker!.id).toBe(8)
  expect(broker!.cells[slot.requestTotal]).toBe(1)
  expect(broker!.latency.read(400_000)).toMatchObject({ avg: 5, max: 5 })
})

test('a broker without a place of its own is counted in the totals alone, and has one as soon as another broker is gone', () => {
  const measures = new SendingMeasures()
  for (let node = 0; node < 300; node++) meet(measures, node, 1_000)
  expect(measures.brokers.inUse(1_000)).toHaveLength(256)
  expect(measures.totals[total.requestTotal]).toBe(300)
  expect(measures.totals[total.inFlight]).toBe(0)
  meet(measures, 299, 302_000)
  expect(measures.brokers.inUse(302_000).map(({ id }) => id)).toEqual([299])
})

test('a broker with a connection, or with a request on its way, keeps its place however long it is idle', () => {
  const measures = new SendingMeasures()
  measures.connection(connectionOf({ node: 1 }))
  produced(measures, 2, 0)
  expect(measures.brokers.inUse(3_600_000).map(({ id }) => id)).toEqual([1, 2])
})

test('measures read the memory that measures of another thread write, and go on with it after that has ended', () => {
  const reader = new SendingMeasures()
  const first = new SendingMeasures(reader.memory)
  first.connection(connectionOf({ node: 3 }))
  produced(first, 3, 1_000)
  expect(reader.totals[total.inFlight]).toBe(1)
  reader.lost()
  const gauges = [total.connections, total.connectedBrokers, total.inFlight]
  expect(gauges.map((gauge) => reader.totals[gauge])).toEqual([0, 0, 0])
  meet(new SendingMeasures(reader.memory), 3, 2_000)
  const [broker, ...others] = reader.brokers.inUse(2_000)
  expect(others).toEqual([])
  expect([broker!.cells[slot.connections], broker!.cells[slot.inFlight]]).toEqual([0, 0])
  expect(reader.totals[total.connectionCreationTotal]).toBe(2)
  expect(reader.requestLatency.read(2_000)).toMatchObject({ avg: 5 })
})

test('requests of all kinds count, and the latency is that of Produce requests that were answered', () => {
  const measures = new SendingMeasures()
  for (let i = 0; i < 3; i++) produced(measures, 1, 0)
  measures.request(requestOf({ api: 'ApiVersions', durationMs: 900 }))
  measures.request(requestOf({ durationMs: 4 }))
  measures.request(requestOf({ durationMs: 800, bytesReceived: 0, errorCode: 'REQUEST_TIMEOUT' }))
  // With acks 0 there is no answer.
  measures.request(requestOf({ durationMs: 700, bytesReceived: 0 }))
  expect(measures.requestLatency.read(0)).toMatchObject({ avg: 4, max: 4 })
  const { totals } = measures
  expect([totals[total.requestTotal], totals[total.requestErrorTotal]]).toEqual([4, 1])
  expect([totals[total.outgoingByteTotal], totals[total.incomingByteTotal]]).toEqual([400, 100])
  expect(totals[total.inFlight]).toBe(0)
})

test('the throttle time is that of each answer to a Produce request, for each broker', () => {
  const measures = new SendingMeasures()
  produced(measures, 1, 0)
  produced(measures, 2, 0)
  measures.request(requestOf({ node: 1, throttleMs: 300 }))
  measures.request(requestOf({ node: 2 }))
  expect(measures.throttleTime.read(0)).toMatchObject({ avg: 150, max: 300 })
  const ofBrokers = measures.brokers.inUse(0).map(({ throttle }) => throttle.read(0)?.max)
  expect(ofBrokers).toEqual([300, 0])
})

test('a connection to a bootstrap server counts as a broker’s once it is known which', () => {
  const measures = new SendingMeasures()
  measures.connection(connectionOf({ node: -1 }))
  expect(measures.totals[total.connectedBrokers]).toBe(0)
  measures.connection(connectionOf({ state: 'identified', node: 4 }))
  expect(measures.totals[total.connectedBrokers]).toBe(1)
  expect(measures.totals[total.connections]).toBe(1)
  measures.connection(connectionOf({ state: 'closed', node: 4, errorCode: 'CONNECTION_CLOSED' }))
  expect(measures.totals[total.connectedBrokers]).toBe(0)
  expect(measures.failure).toBe('CONNECTION_CLOSED')
})

test('a connection that could not be made is no connection that was closed', () => {
  const measures = new SendingMeasures()
  measures.connection(connectionOf({ state: 'closed', errorCode: 'CONNECTION_FAILED' }))
  const { totals } = measures
  expect(totals[total.connectionFailureTotal]).toBe(1)
  expect(totals[total.connectionCloseTotal]).toBe(0)
  expect(totals[total.connections]).toBe(0)
})
