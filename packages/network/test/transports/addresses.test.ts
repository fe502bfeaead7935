import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import { manualClock } from '@sluice/protocol/testing'
import { expect, test } from 'vitest'
import type { ByteStream } from '../../src/transport.js'
import {
  Addresses,
  type Attempt,
  inTurns,
  type OpenedStream,
} from '../../src/transports/addresses.js'

/** What an address does: it drops packets, refuses, or accepts a connection. */
type Behaviour = 'drops' | 'refuses' | 'accepts'

/** Addresses of one name, with attempts that the test answers. */
class Name {
  readonly clock = manualClock()
  readonly attempts: { readonly address: string; readonly at: number }[] = []
  readonly open = new Map<string, FakeSocket>()
  readonly aborted: string[] = []
  readonly #behaviours: Readonly<Record<string, Behaviour>>
  readonly #addresses: Addresses

  constructor(behaviours: Readonly<Record<string, Behaviour>>) {
    this.#behaviours = behaviours
    const lookup = async (): Promise<string[]> => Object.keys(behaviours)
    this.#addresses = new Addresses({ lookup }, this.clock)
  }

  /** The address that a connection was opened to, or why none was. */
  async connect(signal = new AbortController().signal): Promise<string> {
    const target = { host: 'kafka', port: 9092, signal }
    const stream = await this.#addresses.connect(target, (attempt) => this.#attempt(attempt))
    return stream.remote!.address
  }

  /** The addresses of the attempts since the last call. */
  takeAttempts(): string[] {
    return this.attempts.splice(0).map(({ address }) => address)
  }

  async #attempt({ address, port, signal }: Attempt): Promise<OpenedStream> {
    this.attempts.push({ address, at: this.clock.now() })
    const behaviour = this.#behaviours[address]!
    if (behaviour === 'refuses') throw new Error(`connect ECONNREFUSED ${address}`)
    if (behaviour === 'drops')
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          this.aborted.push(address)
          reject(signal.reason as Error)
        })
      })
    const socket = new FakeSocket()
    this.open.set(address, socket)
    const stream = { remote: { address, port }, destroy: () => socket.end() }
    return { socket: socket as unknown as Socket, stream: stream as unknown as ByteStream }
  }
}

class FakeSocket extends EventEmitter {
  bytesRead = 0
  ended = false

  end(): void {
    this.ended = true
    this.emit('close')
  }
}

test('four addresses that drop packets cost a second, and are left when the fifth accepts', async () => {
  const name = new Name({ a: 'drops', b: 'drops', c: 'drops', d: 'drops', e: 'accepts' })
  const start = name.clock.now()
  const connecting = name.connect()
  await name.clock.pass(1_000)
  expect(await connecting).toBe('e')
  expect(name.attempts.map(({ address, at }) => [address, at - start])).toEqual([
    ['a', 0],
    ['b', 250],
    ['c', 500],
    ['d', 750],
    ['e', 1_000],
  ])
  expect(name.aborted).toEqual(['a', 'b', 'c', 'd'])
  expect(name.clock.pendingTimers).toBe(0)
})

test('the next connection begins behind the addresses that failed', async () => {
  const name = new Name({ a: 'drops', b: 'refuses', c: 'accepts', d: 'accepts' })
  const connecting = name.connect()
  await name.clock.pass(250)
  expect(await connecting).toBe('c')
  expect(name.takeAttempts()).toEqual(['a', 'b', 'c'])
  expect(await name.connect()).toBe('c')
  expect(name.takeAttempts()).toEqual(['c'])
})

test('an attempt that runs out of time goes on behind the last address that it tried', async () => {
  const name = new Name({ a: 'drops', b: 'drops', c: 'drops', d: 'accepts' })
  const controller = new AbortController()
  const reason = new Error('the time is over')
  const connecting = name.connect(controller.signal).catch((error: unknown) => error)
  await name.clock.pass(260)
  controller.abort(reason)
  expect(await connecting).toBe(reason)
  expect(name.takeAttempts()).toEqual(['a', 'b'])
  expect(name.aborted).toEqual(['a', 'b'])
  const again = name.connect()
  await name.clock.pass(250)
  expect(await again).toBe('d')
  expect(name.takeAttempts()).toEqual(['c', 'd'])
})

test('an address that refuses gives way at once', async () => {
  const name = new Name({ a: 'refuses', b: 'refuses', c: 'accepts' })
  expect(await name.connect()).toBe('c')
  expect(new Set(name.attempts.map(({ at }) => at)).size).toBe(1)
})

test('an address that accepts a connection and never says anything is left behind the next time', async () => {
  const name = new Name({ a: 'accepts', b: 'accepts' })
  expect(await name.connect()).toBe('a')
  name.open.get('a')!.end()
  expect(await name.connect()).toBe('b')
  name.open.get('b')!.bytesRead = 100
  name.open.get('b')!.end()
  expect(await name.connect()).toBe('b')
})

test('of two addresses that accept at the same moment one is left again', async () => {
  const clock = manualClock()
  const open: (() => void)[] = []
  const streams: string[] = []
  const addresses = new Addresses({ lookup: async () => ['a', 'b'] }, clock)
  const opened = (address: string): OpenedStream => ({
    socket: new FakeSocket() as unknown as Socket,
    stream: { destroy: () => streams.push(address) } as unknown as ByteStream,
  })
  const { signal } = new AbortController()
  const connecting = addresses.connect(
    { host: 'kafka', port: 1, signal },
    ({ address }) => new Promise((resolve) => open.push(() => resolve(opened(address)))),
  )
  await clock.pass(250)
  for (const accept of open) accept()
  await connecting
  await clock.settle()
  expect(streams).toEqual(['b'])
})

test('when every address fails, each is named, and the next attempt begins with the first again', async () => {
  const name = new Name({ a: 'refuses', b: 'refuses' })
  const message =
    'no address of kafka:9092 accepts a connection: connect ECONNREFUSED a; connect ECONNREFUSED b'
  await expect(name.connect()).rejects.toThrow(message)
  await expect(name.connect()).rejects.toThrow(message)
  expect(name.takeAttempts()).toEqual(['a', 'b', 'a', 'b'])
})

test('a failed address that the resolver does not name any more is forgotten', async () => {
  let found = ['a', 'b']
  const addresses = new Addresses({ lookup: async () => found }, manualClock())
  const tried: string[] = []
  const connect = () =>
    addresses
      .connect(
        { host: 'kafka', port: 1, signal: new AbortController().signal },
        async (attempt) => {
          tried.push(attempt.address)
          throw new Error('refused')
        },
      )
      .catch(() => null)
  await connect()
  found = ['c', 'd']
  await connect()
  expect(tried).toEqual(['a', 'b', 'c', 'd'])
})

test.each([
  [
    ['::1', '::2', '10.0.0.1', '10.0.0.2', '10.0.0.3'],
    ['::1', '10.0.0.1', '::2', '10.0.0.2', '10.0.0.3'],
  ],
  [
    ['10.0.0.1', '::1', '::2'],
    ['10.0.0.1', '::1', '::2'],
  ],
  [['10.0.0.1'], ['10.0.0.1']],
  [[], []],
])(
  'of %j the order is %j: a kind of address that leads nowhere does not hold up the other',
  (found, order) => {
    expect(inTurns(found)).toEqual(order)
  },
)
