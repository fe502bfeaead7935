import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { setTimeout } from 'node:timers'
import { readFrom, withPair, written, type TestFunction, type TransportRig } from './rig.js'

export function checkBytes(test: TestFunction, make: () => TransportRig): void {
  test('delivers the chunks of a write in order', () => deliversInOrder(make()))
  test('takes views into larger buffers as they are', () => takesViews(make()))
  test('hands over what the peer sends, in order, from the first byte on', () => receives(make()))
  test('keeps what the peer sends until somebody listens', () => keepsEarlyBytes(make()))
  test('says of each write once that it has no more use for its chunks', () => flushesOnce(make()))
  test('says whether somebody between the ends can read along', () => saysEncrypted(make()))
}

async function deliversInOrder(rig: TransportRig): Promise<void> {
  await withPair(rig, async ({ stream, peer }) => {
    const texts = ['one', '', 'two', 'three']
    stream.write(texts.map(bytesOf), () => {})
    stream.write([bytesOf('four')], () => {})
    assert.equal(String(await readFrom(peer, 15)), 'onetwothreefour')
  })
}

async function takesViews(rig: TransportRig): Promise<void> {
  await withPair(rig, async ({ stream, peer }) => {
    const whole = bytesOf('-middle-')
    await written(stream, [whole.subarray(1, 7)])
    assert.equal(String(await readFrom(peer, 6)), 'middle')
    assert.equal(String(Buffer.from(whole)), '-middle-', 'the transport wrote to its input')
  })
}

async function receives(rig: TransportRig): Promise<void> {
  await withPair(rig, async ({ stream, peer }) => {
    const sent = noise(300_000)
    const received: Buffer[] = []
    let count = 0
    const done = new Promise<void>((resolve) => {
      stream.onData((chunk) => {
        assert.ok(chunk instanceof Uint8Array, 'a chunk must be bytes')
        received.push(Buffer.from(chunk))
        count += chunk.length
        if (count >= sent.length) resolve()
      })
    })
    for (let at = 0; at < sent.length; at += 30_011) peer.write(sent.subarray(at, at + 30_011))
    await done
    assert.ok(Buffer.concat(received).equals(sent), 'bytes differ')
  })
}

async function keepsEarlyBytes(rig: TransportRig): Promise<void> {
  await withPair(rig, async ({ stream, peer }) => {
    await new Promise<void>((resolve) => peer.write('early', () => resolve()))
    await new Promise((resolve) => setTimeout(resolve, 10))
    const text = await new Promise<string>((resolve) => {
      let all = ''
      stream.onData((chunk) => {
        all += String(Buffer.from(chunk))
        if (all.length === 5) resolve(all)
      })
    })
    assert.equal(text, 'early')
  })
}

async function flushesOnce(rig: TransportRig): Promise<void> {
  await withPair(rig, async ({ stream, peer }) => {
    peer.resume()
    const flushed: string[] = []
    const write = (name: string, chunks: readonly Uint8Array[]): Promise<void> =>
      new Promise((resolve) => {
        let returned = false
        stream.write(chunks, (error) => {
          assert.ok(returned, 'onFlushed was called before write had returned')
          assert.equal(error, undefined)
          flushed.push(name)
          resolve()
        })
        returned = true
      })
    await Promise.all([write('a', [bytesOf('x'), bytesOf('y')]), write('b', [bytesOf('z')])])
    await write('c', [])
    await new Promise((resolve) => setTimeout(resolve, 10))
    assert.deepEqual(flushed, ['a', 'b', 'c'])
  })
}

async function saysEncrypted(rig: TransportRig): Promise<void> {
  await withPair(rig, async ({ stream }) => {
    assert.equal(typeof stream.encrypted, 'boolean')
  })
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Bytes that differ at every place that matters, the same in each run. */
export function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0, state = 1; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    bytes[at] = state >>> 24
  }
  return bytes
}
