import { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { fromDuplex } from '../../src/transports/duplex-stream.js'

/** A duplex that keeps what is written until `finish` is called. */
class Held extends Duplex {
  readonly calls: string[][] = []
  finish: (error?: Error) => void = () => {}

  override _read(): void {}

  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error) => void): void {
    this.calls.push(chunks.map(({ chunk }) => chunk.toString()))
    this.finish = callback
  }
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text)
}

test('what is written in one call leaves in one writev, and is flushed after the last chunk', async () => {
  const duplex = new Held()
  const stream = fromDuplex(duplex, { encrypted: false })
  const flushed = vi.fn<(error?: Error) => void>()
  stream.write([bytes('a'), bytes('b'), bytes('c')], flushed)
  await turn()
  expect(duplex.calls).toEqual([['a', 'b', 'c']])
  expect(flushed).not.toHaveBeenCalled()
  duplex.finish()
  await turn()
  expect(flushed.mock.calls).toEqual([[undefined]])
})

test('it says whether to wait by what is left to write, and tells the drain', async () => {
  const duplex = new Held({ highWaterMark: 10 })
  const stream = fromDuplex(duplex, { encrypted: false })
  const drained = vi.fn<() => void>()
  stream.onDrain(drained)
  expect(stream.write([bytes('12345')], () => {})).toBe(true)
  expect(stream.write([bytes('12345678')], () => {})).toBe(false)
  duplex.finish()
  duplex.finish()
  await turn()
  expect(drained).toHaveBeenCalledTimes(1)
})

test('many chunks that the duplex takes at once are no reason to wait', () => {
  const duplex = new Duplex({ read() {}, writev: (_, callback) => callback(), highWaterMark: 10 })
  const stream = fromDuplex(duplex, { encrypted: false })
  expect(stream.write([bytes('123456789'), bytes('123456789')], () => {})).toBe(true)
})

test('a write of nothing is flushed, too', async () => {
  const flushed = vi.fn<(error?: Error) => void>()
  expect(fromDuplex(new Held(), { encrypted: true }).write([], flushed)).toBe(true)
  expect(flushed).not.toHaveBeenCalled()
  await turn()
  expect(flushed).toHaveBeenCalledTimes(1)
})

test('a stream that is destroyed tells its writers and closes once', async () => {
  const duplex = new Held()
  const stream = fromDuplex(duplex, { encrypted: false })
  const flushed = vi.fn<(error?: Error) => void>()
  const closed = vi.fn<(error?: Error) => void>()
  stream.onClose(closed)
  stream.write([bytes('a')], flushed)
  stream.write([bytes('b')], flushed)
  const error = new Error('mine')
  stream.destroy(error)
  stream.destroy()
  await turn()
  expect(closed.mock.calls).toEqual([[error]])
  duplex.finish(error)
  await turn()
  expect(flushed.mock.calls).toEqual([[expect.any(Error)], [expect.any(Error)]])
})

test('bytes that Node reports as written at the end of the stream are lost, which is told after the close', async () => {
  const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() })
  const stream = fromDuplex(duplex, { encrypted: true })
  const told: string[] = []
  stream.onClose(() => told.push('closed'))
  stream.write([Buffer.from('lost')], (error) => told.push(error?.message ?? 'written'))
  duplex.destroy()
  await turn()
  expect(told).toEqual(['closed', 'the stream was closed before all was written'])
})

test('whoever asks after the end is told of it all the same', async () => {
  const duplex = new Held()
  const stream = fromDuplex(duplex, { encrypted: false })
  duplex.destroy(new Error('early'))
  await turn()
  const closed = vi.fn<(error?: Error) => void>()
  stream.onClose(closed)
  expect(closed).not.toHaveBeenCalled()
  await turn()
  expect(closed.mock.calls).toEqual([[expect.objectContaining({ message: 'early' })]])
})

test('a write after the end fails through its callback, not by an exception', async () => {
  const duplex = new Held()
  const stream = fromDuplex(duplex, { encrypted: false })
  stream.destroy()
  await turn()
  const flushed = vi.fn<(error?: Error) => void>()
  stream.write([bytes('a')], flushed)
  await turn()
  expect(flushed).toHaveBeenCalledWith(expect.any(Error))
})

test('a peer that ends its half ends the stream', async () => {
  const duplex = new Held()
  const closed = vi.fn<(error?: Error) => void>()
  const stream = fromDuplex(duplex, { encrypted: false })
  stream.onClose(closed)
  stream.onData(() => {})
  duplex.push(null)
  await turn()
  expect(closed.mock.calls).toEqual([[undefined]])
})

test('a listener that throws ends its own stream, not the process', async () => {
  const duplex = new Held()
  const stream = fromDuplex(duplex, { encrypted: false })
  const closed = vi.fn<(error?: Error) => void>()
  stream.onClose(closed)
  stream.onData(() => {
    throw new Error('mine')
  })
  duplex.push('x')
  await turn()
  expect(closed.mock.calls).toEqual([[expect.objectContaining({ message: 'mine' })]])
})

test('after the end no listener is left on the duplex', async () => {
  const duplex = new Held()
  const events = ['data', 'drain', 'end', 'error', 'close'] as const
  const before = events.map((event) => duplex.listenerCount(event))
  const stream = fromDuplex(duplex, { encrypted: false })
  stream.onData(() => {})
  stream.onDrain(() => {})
  stream.onClose(() => {})
  for (let count = 0; count < 20; count++) stream.write([bytes('a')], () => {})
  expect(events.map((event) => duplex.listenerCount(event))).toEqual(
    before.map((count) => count + 1),
  )
  stream.destroy(new Error('over'))
  await turn()
  expect(events.map((event) => duplex.listenerCount(event))).toEqual(before)
})
