import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { withListener, type TestFunction, type TransportRig } from './rig.js'

export function checkConnecting(test: TestFunction, make: () => TransportRig): void {
  test('keeps connections apart', () => keepsApart(make()))
  test('rejects with an error where nobody listens', () => refuses(make()))
  test('opens nothing for a signal that has aborted', () => abortsBefore(make()))
  test('gives up when its signal aborts', () => abortsDuring(make()))
  test('leaves a stream alone whose signal aborts after it was opened', () => ignoresLate(make()))
}

async function keepsApart(rig: TransportRig): Promise<void> {
  await withListener(rig, async (connect) => {
    const first = await connect()
    const second = await connect()
    const heard = [first, second].map(
      ({ stream }) =>
        new Promise<string>((resolve) => {
          stream.onData((chunk) => resolve(String(Buffer.from(chunk))))
        }),
    )
    first.peer.write('1')
    second.peer.write('2')
    assert.deepEqual(await Promise.all(heard), ['1', '2'])
    for (const { stream, peer } of [first, second]) {
      stream.destroy()
      peer.destroy()
    }
  })
}

async function refuses(rig: TransportRig): Promise<void> {
  const { host, port, close } = await rig.listen(() => {})
  await close()
  const { signal } = new AbortController()
  await assert.rejects(rig.transport.connect({ host, port, signal }), Error)
}

async function abortsBefore(rig: TransportRig): Promise<void> {
  await withListener(rig, async (_, { host, port }) => {
    const signal = AbortSignal.abort(new Error('enough'))
    await assert.rejects(rig.transport.connect({ host, port, signal }))
  })
}

async function abortsDuring(rig: TransportRig): Promise<void> {
  await withListener(rig, async (_, { host, port }) => {
    const controller = new AbortController()
    const connecting = rig.transport.connect({ host, port, signal: controller.signal })
    controller.abort(new Error('enough'))
    // Where the transport was quicker than the signal, the stream must be closed here.
    await connecting.then(
      (stream) => stream.destroy(),
      (error: unknown) => assert.ok(error instanceof Error),
    )
  })
}

async function ignoresLate(rig: TransportRig): Promise<void> {
  const accepted: { destroy(): unknown; write(text: string): unknown }[] = []
  const { host, port, close } = await rig.listen((peer) => {
    peer.on('error', () => {})
    accepted.push(peer)
    peer.write('still here')
  })
  const controller = new AbortController()
  const stream = await rig.transport.connect({ host, port, signal: controller.signal })
  controller.abort(new Error('too late'))
  const text = await new Promise<string>((resolve, reject) => {
    stream.onClose(() => reject(new Error('the stream was closed')))
    stream.onData((chunk) => resolve(String(Buffer.from(chunk))))
  })
  assert.equal(text, 'still here')
  stream.destroy()
  for (const peer of accepted) peer.destroy()
  await close()
}
