import type { RequestEvent } from '@sluice/network'
import { plainCells, SlidingWindow } from './sliding-window.js'

/** After so long without a request or a connection a broker has no figures any more. */
const idleBrokerMs = 300_000

/** The numbers of one broker. `idPlusOne` is 0 in a free slot. */
export const slot = {
  idPlusOne: 0,
  connections: 1,
  inFlight: 2,
  requestTotal: 3,
  requestErrorTotal: 4,
  outgoingByteTotal: 5,
  incomingByteTotal: 6,
  usedAt: 7,
} as const

const numbers = 8

/** How many numbers the slot of a broker takes. */
export const slotCells = numbers + 2 * plainCells

/** One broker. */
export class BrokerSlot {
  readonly cells: Float64Array
  readonly latency: SlidingWindow
  readonly throttle: SlidingWindow

  constructor(all: Float64Array) {
    this.cells = all.subarray(0, numbers)
    this.latency = new SlidingWindow(all.subarray(numbers, numbers + plainCells))
    this.throttle = new SlidingWindow(all.subarray(numbers + plainCells))
  }

  get id(): number {
    return this.cells[slot.idPlusOne]! - 1
  }

  /** Whether it belongs to a broker that is still of interest. */
  isInUse(now: number): boolean {
    const { cells } = this
    if (this.id < 0) return false
    const isBusy = cells[slot.connections]! + cells[slot.inFlight]! > 0
    return isBusy || now - cells[slot.usedAt]! < idleBrokerMs
  }

  /** A request has ended. */
  count({ at, bytesSent, bytesReceived, errorCode }: RequestEvent): void {
    const { cells } = this
    cells[slot.requestTotal]!++
    cells[slot.outgoingByteTotal]! += bytesSent
    cells[slot.incomingByteTotal]! += bytesReceived
    cells[slot.usedAt] = at
    if (errorCode !== null) cells[slot.requestErrorTotal]!++
  }

  /** A connection has closed. */
  closed(at: number): void {
    this.cells[slot.connections]!--
    this.cells[slot.usedAt] = at
  }

  /** The broker has this slot from now on. */
  begin(id: number, at: number): void {
    this.cells.fill(0)
    this.latency.clear()
    this.throttle.clear()
    this.cells[slot.idPlusOne] = id + 1
    this.cells[slot.usedAt] = at
  }
}
