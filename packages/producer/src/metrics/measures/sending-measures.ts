import type { ConnectionEvent, RequestEvent } from '@sluice/network'
import { type ErrorCode, errorCodes } from '@sluice/protocol'
import type { ProduceEvent } from '@sluice/sender'
import { type BrokerSlot, slot } from './broker-slot.js'
import { brokerCells, BrokerSlots } from './broker-slots.js'
import { Cells } from './cells.js'
import { bucketCells, plainCells, SlidingWindow } from './sliding-window.js'

/** The numbers of all brokers together. `…At` are monotonic milliseconds, and 0 where that never was. */
export const total = {
  connections: 0,
  connectionCreationTotal: 1,
  connectionCloseTotal: 2,
  connectionFailureTotal: 3,
  connectedBrokers: 4,
  requestTotal: 5,
  requestErrorTotal: 6,
  outgoingByteTotal: 7,
  incomingByteTotal: 8,
  inFlight: 9,
  metadataAt: 10,
  answeredAt: 11,
  /** Whether a broker has ever been connected. */
  wasConnected: 12,
  /** Why the last connection was lost, or could not be made, as a place in `errorCodes` counted from 1; 0 after a success. */
  failure: 13,
} as const

const numbers = 14
/** Numbers that tell of a moment, and so end with a thread. */
const gauges = [total.connections, total.connectedBrokers, total.inFlight] as const

const allCells = numbers + 2 * bucketCells + 3 * plainCells + brokerCells
/** How much memory the measures of one producer take. */
export const measuresBytes = allCells * Float64Array.BYTES_PER_ELEMENT

/**
 * What the network and the sender tell, as numbers in one memory. With a sender's thread that thread writes and the caller's
 * thread reads, so that nothing need be sent for it and no thread is woken. A reader may find a request that is half counted.
 */
export class SendingMeasures {
  readonly memory: ArrayBufferLike
  readonly totals: Float64Array
  readonly requestLatency: SlidingWindow
  readonly queueTime: SlidingWindow
  readonly batchSize: SlidingWindow
  readonly recordsPerRequest: SlidingWindow
  readonly throttleTime: SlidingWindow
  readonly brokers: BrokerSlots
  readonly #codes = errorCodes()
  /** The connections that are ready, and the brokers at their ends. Only where the events are heard. */
  readonly #ready = new Map<number, BrokerSlot | null>()

  /** @param memory - `measuresBytes`, zero at the beginning. Of another thread's measures, to read them or to go on with them */
  constructor(memory: ArrayBufferLike = new ArrayBuffer(measuresBytes)) {
    const cells = new Cells(memory)
    this.memory = memory
    this.totals = cells.take(numbers)
    this.requestLatency = new SlidingWindow(cells.take(bucketCells))
    this.queueTime = new SlidingWindow(cells.take(bucketCells))
    this.batchSize = new SlidingWindow(cells.take(plainCells))
    this.recordsPerRequest = new SlidingWindow(cells.take(plainCells))
    this.throttleTime = new SlidingWindow(cells.take(plainCells))
    this.brokers = new BrokerSlots(cells)
  }

  /** The age of the newest answer to a question for metadata; undefined before the first one. */
  metadataAgeMs(now: number): number | undefined {
    const at = this.totals[total.metadataAt]!
    return at === 0 ? undefined : Math.max(0, now - at)
  }

  /** Why no broker could be reached; null where one was since. */
  get failure(): ErrorCode | null {
    return this.#codes[this.totals[total.failure]! - 1] ?? null
  }

  /** A request is handed to its connection. */
  produce({ node, at, records, batchBytes, queueMs }: ProduceEvent): void {
    const { totals } = this
    totals[total.inFlight]!++
    const broker = this.brokers.of(node, at)
    if (broker !== null) broker.cells[slot.inFlight]!++
    this.recordsPerRequest.add(records, at)
    for (const bytes of batchBytes) this.batchSize.add(bytes, at)
    for (const ms of queueMs) this.queueTime.add(ms, at)
  }

  request(event: RequestEvent): void {
    const { node, at, bytesSent, bytesReceived, errorCode } = event
    const { totals } = this
    const broker = this.brokers.of(node, at)
    totals[total.requestTotal]!++
    totals[total.outgoingByteTotal]! += bytesSent
    totals[total.incomingByteTotal]! += bytesReceived
    if (errorCode === null) this.#answered(event)
    else totals[total.requestErrorTotal]!++
    broker?.count(event)
    if (event.api === 'Produce') this.#produced(event, broker)
  }

  connection(event: ConnectionEvent): void {
    const { totals } = this
    if (event.state === 'ready') {
      totals[total.connections]!++
      totals[total.connectionCreationTotal]!++
      this.#connected(event)
    } else if (event.state === 'identified') this.#connected(event)
    else if (event.state === 'closed') this.#closed(event)
  }

  /** The thread that has written is gone: nothing is connected or on its way any more. */
  lost(): void {
    for (const gauge of gauges) this.totals[gauge] = 0
    for (const { cells } of this.brokers.all()) cells[slot.connections] = cells[slot.inFlight] = 0
  }

  #answered({ api, at }: RequestEvent): void {
    const { totals } = this
    totals[total.answeredAt] = at
    if (api === 'Metadata') totals[total.metadataAt] = at
  }

  #produced(event: RequestEvent, broker: BrokerSlot | null): void {
    const { at, durationMs, bytesReceived, throttleMs } = event
    this.totals[total.inFlight]!--
    if (broker !== null) broker.cells[slot.inFlight]!--
    // With acks 0 nothing is answered.
    if (bytesReceived === 0) return
    this.requestLatency.add(durationMs, at)
    this.throttleTime.add(throttleMs, at)
    broker?.latency.add(durationMs, at)
    broker?.throttle.add(throttleMs, at)
  }

  /** A connection to a bootstrap server says nothing of the addresses that brokers advertise. */
  #connected({ node, connectionId, at }: ConnectionEvent): void {
    const { totals } = this
    if (node < 0) return void this.#ready.set(connectionId, null)
    const broker = this.brokers.of(node, at)
    this.#ready.set(connectionId, broker)
    if (broker !== null) broker.cells[slot.connections]!++
    totals[total.connectedBrokers]!++
    totals[total.wasConnected] = 1
    totals[total.failure] = 0
  }

  #closed({ node, connectionId, at, errorCode }: ConnectionEvent): void {
    const { totals } = this
    const broker = this.#ready.get(connectionId)
    if (broker === undefined) {
      if (errorCode !== null) totals[total.connectionFailureTotal]!++
    } else {
      this.#ready.delete(connectionId)
      totals[total.connections]!--
      totals[total.connectionCloseTotal]!++
      if (node >= 0) totals[total.connectedBrokers]!--
      if (broker !== null) broker.closed(at)
    }
    // While another broker is connected, a broker that is down is no reason to say that the cluster cannot be reached.
    if (errorCode !== null && totals[total.connectedBrokers] === 0)
      totals[total.failure] = this.#codes.indexOf(errorCode) + 1
  }
}
