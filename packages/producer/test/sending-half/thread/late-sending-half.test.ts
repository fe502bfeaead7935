import type { ToFront, ToQueue } from '@sluice/accumulator'
import { expect, test, vi } from 'vitest'
import type { SendingHalf } from '../../../src/compose.js'
import { LateSendingHalf } from '../../../src/sending-half/thread/late-sending-half.js'
import { sealedBatch } from './fake-thread.js'

/** A sending half that writes down what it hears, and a late one in its place. */
function lateStand({ transactional = false, loads = () => Promise.resolve() } = {}) {
  const heard: (ToQueue | string)[] = []
  const told: ToFront[] = []
  let toFront: (message: ToFront) => void = () => {}
  const call = (name: string) => async (): Promise<void> => void heard.push(name)
  const inner: SendingHalf = {
    start: (listener) => void (toFront = listener),
    receive(message) {
      heard.push(message)
      if (message.type === 'due') toFront({ type: 'wanted', topic: 't', partition: 0 })
    },
    connect: call('connect'),
    close: call('close'),
    transactions: {
      initialize: call('initialize'),
      begin: call('begin'),
      sendOffsets: call('sendOffsets'),
      end: call('end'),
    },
  }
  const load = vi.fn<() => Promise<SendingHalf>>(() => loads().then(() => inner))
  const half = new LateSendingHalf({ load, transactional })
  half.start((message) => {
    told.push(message)
    if (message.type === 'wanted') half.receive({ type: 'sealed', batch: sealedBatch(9) })
  })
  return { half, heard, told, load }
}

const topic: ToQueue = { type: 'topic', topic: 't' }
const due: ToQueue = { type: 'due', topic: 't', partition: 0, patient: false }

test('a sending half that is loaded late is loaded by its first message, and hears all messages in their order', async () => {
  const { half, heard, load } = lateStand()
  expect(load).not.toHaveBeenCalled()
  half.receive(topic)
  half.receive(due)
  half.receive({ type: 'sealed', batch: sealedBatch(1) })
  expect(heard).toEqual([])
  await half.connect()
  expect(load).toHaveBeenCalledOnce()
  const names = heard.map((one) => (typeof one === 'string' ? one : one.type))
  // The last batch is the front's answer, in the middle of what had waited.
  expect(names).toEqual(['topic', 'due', 'sealed', 'sealed', 'connect'])
  half.receive(topic)
  expect(heard.at(-1)).toBe(topic)
})

test('a sending half that was never used is not loaded to be closed', async () => {
  const { half, load } = lateStand()
  half.receive({ type: 'close' })
  await half.close()
  expect(load).not.toHaveBeenCalled()
})

test('what is closed while it is being loaded hears first what was said before', async () => {
  const { half, heard } = lateStand()
  half.receive(topic)
  half.receive({ type: 'close' })
  await half.close()
  expect(heard).toEqual([topic, { type: 'close' }, 'close'])
})

test('the calls of transactions load it too, and there are none without a transactional id', async () => {
  const { half, heard } = lateStand({ transactional: true })
  const { initialize, begin, sendOffsets, end } = half.transactions!
  await initialize()
  await begin()
  await sendOffsets({ groupId: 'g', offsets: [] } as never)
  await end(true)
  expect(heard).toEqual(['initialize', 'begin', 'sendOffsets', 'end'])
  expect(lateStand().half.transactions).toBeUndefined()
})

test('where its code cannot be loaded, every call and every batch fails with the reason and what to do', async () => {
  const { half, told } = lateStand({
    transactional: true,
    loads: () => Promise.reject(new Error("Cannot find module './make.js'")),
  })
  half.receive(topic)
  half.receive({ type: 'sealed', batch: sealedBatch(1, 2) })
  const wanted = {
    code: 'INVALID_OPTION',
    persisted: 'no',
    message: expect.stringMatching(/senderThread: .*Cannot find module.*deploy all files/),
  }
  await expect(half.connect()).rejects.toMatchObject(wanted)
  await expect(half.transactions!.begin()).rejects.toMatchObject(wanted)
  half.receive({ type: 'sealed', batch: sealedBatch(2) })
  await half.close()
  expect(told).toMatchObject([
    { type: 'metadata', topics: [], failure: wanted },
    { type: 'settled', batch: 1, count: 3, failure: { ...wanted, topic: 't', partition: 2 } },
    { type: 'released', batch: 1, buffer: { byteLength: 64 } },
    { type: 'settled', batch: 2, count: 3, failure: wanted },
    { type: 'released', batch: 2 },
  ])
})
