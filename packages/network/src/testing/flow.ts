import assert from 'node:assert/strict'
import { noise } from './bytes.js'
import { aWhile, readFrom, withPair, type TestFunction, type TransportRig } from './rig.js'

export function checkFlow(test: TestFunction, make: () => TransportRig): void {
  test('asks for a pause when the peer does not read, and says when it has', () =>
    pressesBack(make()))
}

/** More than any kernel buffers. */
const large = 16 << 20

async function pressesBack(rig: TransportRig): Promise<void> {
  await withPair(rig, async ({ stream, peer }) => {
    const sent = noise(large)
    const drained = new Promise<void>((resolve) => stream.onDrain(resolve))
    let flushed = false
    let roomy = true
    const done = new Promise<Error | undefined>((resolve) => {
      roomy = stream.write([sent.subarray(0, 1_000), sent.subarray(1_000)], (error) => {
        flushed = true
        resolve(error)
      })
    })
    assert.equal(roomy, false, 'write took 16 MiB and did not ask for a pause')
    await aWhile()
    assert.equal(flushed, false, 'onFlushed was called while the stream still held the chunks')
    const received = await readFrom(peer, large)
    assert.ok(received.equals(sent), 'bytes differ')
    await drained
    assert.equal(await done, undefined)
  })
}
