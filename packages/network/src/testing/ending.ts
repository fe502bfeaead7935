import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import type { ByteStream } from '../transport.js'
import { bytesOf, noise } from './bytes.js'
import { aWhile, withPair, type TestFunction, type TransportRig } from './rig.js'

export function checkEnding(test: TestFunction, make: () => TransportRig): void {
  test('closes once when it is destroyed, and never within that call', () => closesOnce(make()))
  test('tells the peer of its end', () => tellsPeer(make()))
  test('closes when the peer ends, after its last bytes', () => closesAfterPeer(make()))
  test('closes when the peer is gone', () => closesWithPeer(make()))
  test('tells of its end whoever asks for it later', () => tellsLate(make()))
  test('hands over nothing once it is closed', () => staysSilent(make()))
  test('ends each write that is open, with an error, and each later one', () => endsWrites(make()))
  test('ends where a listener throws, without harm to the process', () => survivesListeners(make()))
}

/** Resolves with the times that `onClose` was called, some time after the first. */
async function closed(stream: ByteStream): Promise<number> {
  let times = 0
  await new Promise<void>((resolve) => {
    stream.onClose(() => {
      times++
      resolve()
    })
  })
  await aWhile()
  return times
}

async function closesOnce(rig: TransportRig): Promise<void> {
  await withPair(rig, async ({ stream }) => {
    let within = true
    let times = 0
    const end = new Promise<void>((resolve) => {
      stream.onClose(() => {
        assert.ok(!within, 'onClose was called before destroy had returned')
        times++
        resolve()
      })
    })
    stream.destroy(new Error('enough'))
    stream.destroy()
    within = false
    await end
    await aWhile()
    assert.equal(times, 1)
  })
}

async function tellsPeer(rig: TransportRig): Promise<void> {
  await withPair(rig, async ({ stream, peer }) => {
    const ended = new Promise((resolve) => peer.once('close', resolve))
    peer.resume()
    stream.destroy()
    await ended
  })
}

async function closesAfterPeer(rig: TransportRig): Promise<void> {
  await withPair(rig, async ({ stream, peer }) => {
    let text = ''
    stream.onData((chunk) => (text += String(Buffer.from(chunk))))
    peer.end('bye')
    assert.equal(await closed(stream), 1)
    assert.equal(text, 'bye')
  })
}

async function closesWithPeer(rig: TransportRig): Promise<void> {
  await withPair(rig, async ({ stream, peer }) => {
    stream.onData(() => {})
    peer.destroy()
    assert.equal(await closed(stream), 1)
  })
}

async function tellsLate(rig: TransportRig): Promise<void> {
  await withPair(rig, async ({ stream }) => {
    stream.destroy()
    await aWhile()
    assert.equal(await closed(stream), 1)
  })
}

async function staysSilent(rig: TransportRig): Promise<void> {
  await withPair(rig, async ({ stream, peer }) => {
    let chunks = 0
    let end = false
    stream.onData(() => {
      assert.ok(!end, 'a chunk came after onClose')
      chunks++
    })
    for (let count = 0; count < 50; count++) peer.write(noise(10_000))
    const over = closed(stream).then(() => (end = true))
    stream.destroy()
    await over
    const before = chunks
    await aWhile()
    assert.equal(chunks, before)
  })
}

async function endsWrites(rig: TransportRig): Promise<void> {
  await withPair(rig, async ({ stream }) => {
    const results: (Error | undefined)[] = []
    const note = (error?: Error): void => void results.push(error)
    // More than any kernel takes, so that it is still open.
    stream.write([noise(16 << 20)], note)
    stream.destroy()
    await closed(stream)
    await aWhile()
    assert.equal(results.length, 1, 'the open write was not ended once')
    assert.ok(results[0] instanceof Error, 'the open write was ended without an error')
    try {
      stream.write([bytesOf('late')], note)
    } catch (error) {
      note(error as Error)
    }
    await aWhile()
    assert.equal(results.length, 2, 'a write after the end was not ended once')
    assert.ok(results[1] instanceof Error, 'a write after the end was ended without an error')
  })
}

async function survivesListeners(rig: TransportRig): Promise<void> {
  await withPair(rig, async ({ stream, peer }) => {
    const end = closed(stream)
    stream.onData(() => {
      throw new Error('a listener failed')
    })
    peer.write('x')
    assert.equal(await end, 1)
  })
}
