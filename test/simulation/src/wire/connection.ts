import type { EmbeddedClientStream } from '@sluice/embedded-broker'
import type { ByteStream } from '@sluice/network'
import type { SimulatedTime } from '../time/simulated-time.js'
import type { Trace } from '../trace.js'
import { BrokerEnd } from './broker-end.js'
import { ClientEnd } from './client-end.js'
import { Pipe } from './pipe.js'
import type { Weather } from './weather.js'
import type { WireTap } from './wire-tap.js'

/** What a connection needs. */
export interface ConnectionDeps {
  readonly time: SimulatedTime
  readonly random: () => number
  readonly weather: Weather
  readonly trace: Trace
  readonly number: number
  readonly tap: WireTap
  /** The client has heard of the end. */
  clientGone(): void
  /** Both ends have. */
  closed(): void
}

/** A connection: two ends and the two directions between them. Each end can go without the other knowing. */
export class Connection {
  readonly #deps: ConnectionDeps
  readonly #toBroker: Pipe
  readonly #toClient: Pipe
  readonly #client: ClientEnd
  readonly #broker: BrokerEnd
  #ends = 2

  constructor(deps: ConnectionDeps) {
    const { time, random, weather, trace, number, tap } = deps
    const now = (): number => time.now
    this.#deps = deps
    this.#toBroker = new Pipe({
      now,
      random,
      weather,
      at: (at, run) => void time.inWorld(at - time.now, run),
      deliver: (chunk) => {
        trace.bytes('to broker', number, chunk)
        this.#broker.receive(chunk)
      },
    })
    this.#toClient = new Pipe({
      now,
      random,
      weather,
      at: (at, run) => void time.loop.fromSocket(at, run),
      deliver: (chunk) => {
        trace.bytes('to client', number, chunk)
        if (this.#client.isOpen) tap.read(chunk)
        this.#client.receive(chunk)
      },
    })
    this.#client = new ClientEnd({
      pipe: this.#toBroker,
      tap,
      soon: (run) => void time.loop.fromSocket(time.now, run),
      destroyed: () => this.#leftByClient(),
      closed: () => {
        deps.clientGone()
        this.#oneEnd()
      },
    })
    this.#broker = new BrokerEnd({
      pipe: this.#toClient,
      incoming: this.#toBroker,
      soon: (run) => void time.inWorld(0, run),
      destroyed: (reset) => this.#leftByBroker(reset),
      ended: () => this.#toClient.end(() => this.#client.close()),
      closed: () => this.#oneEnd(),
    })
  }

  get clientEnd(): ByteStream {
    return this.#client
  }

  get brokerEnd(): EmbeddedClientStream {
    return this.#broker
  }

  /** A reset from in between: both ends hear of it, and what is under way is lost. */
  cut(): void {
    this.#deps.trace.event('cut', this.#deps.number)
    this.#toBroker.cut()
    this.#toClient.cut()
    const { time } = this.#deps
    time.loop.fromSocket(time.now, () => this.#client.close(new Error('read ECONNRESET')))
    time.inWorld(0, () => this.#broker.close())
  }

  /** Nothing comes through any more, and nobody hears of it. */
  freeze(): void {
    this.#deps.trace.event('freeze', this.#deps.number)
    this.#toBroker.cut()
    this.#toClient.cut()
  }

  /** What the client wrote may still be read, and worked on: it was on its way. */
  #leftByClient(): void {
    this.#toClient.cut()
    const isReset = this.#deps.random() < 0.5
    if (isReset) this.#deps.time.inWorld(0, () => this.#broker.close())
    else this.#toBroker.end(() => this.#broker.close())
  }

  #leftByBroker(reset: boolean): void {
    const { time, random } = this.#deps
    this.#toBroker.cut()
    const failure = new Error('read ECONNRESET')
    if (reset || random() < 0.5) {
      this.#toClient.cut()
      time.loop.fromSocket(time.now, () => this.#client.close(failure))
    } else this.#toClient.end(() => this.#client.close())
  }

  #oneEnd(): void {
    if (--this.#ends === 0) this.#deps.closed()
  }
}
