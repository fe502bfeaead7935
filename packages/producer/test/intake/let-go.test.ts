import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { PacedProducer } from './paced-producer.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** How many of them somebody still has. A target of a WeakRef lives at least until the turn ends. */
async function kept(refs: readonly WeakRef<object>[]): Promise<number> {
  await turn()
  for (let times = 0; times < 3; times++) collect()
  return refs.filter((ref) => ref.deref() !== undefined).length
}

type Send = (paced: PacedProducer, bytes: Buffer) => unknown
const { signal } = new AbortController()
const sends: Record<string, Send> = {
  send: ({ producer }, value) => producer.send({ topic: 't', value }),
  'send with a signal': ({ producer }, value) => producer.send({ topic: 't', value }, { signal }),
  'send with bytes in a header': ({ producer }, bytes) =>
    producer.send({ topic: 't', value: null, headers: [['h', bytes]] }, { signal }),
  enqueue: ({ producer }, value) => producer.enqueue({ topic: 't', value }, () => {}),
  'sendMany with a signal': ({ producer }, value) =>
    producer.sendMany([{ topic: 't', value }], { signal }),
}

/** Not in the test itself, whose frame would keep the bytes. */
function sendBytes(paced: PacedProducer, send: Send, length: number): WeakRef<object>[] {
  return Array.from({ length }, () => {
    const bytes = Buffer.allocUnsafeSlow(100)
    const sent = send(paced, bytes)
    if (sent instanceof Promise) sent.catch(() => {})
    return new WeakRef(bytes)
  })
}

test.each(Object.keys(sends))(
  '%s keeps none of the caller’s bytes while its record waits',
  async (how) => {
    const paced = new PacedProducer()
    const refs = sendBytes(paced, sends[how]!, 20)
    // The last one may be in the turn of the engine itself.
    expect(await kept(refs)).toBeLessThan(2)
    void paced.producer.close({ timeoutMs: 0 })
  },
)

/** One sendMany of more than fits. */
function sendMuch(paced: PacedProducer): WeakRef<object>[] {
  const records = Array.from({ length: 650 }, () => ({
    topic: 't',
    value: Buffer.allocUnsafeSlow(1_000),
  }))
  paced.producer.sendMany(records).catch(() => {})
  return records.map(({ value }) => new WeakRef<object>(value))
}

test('a sendMany that paces itself lets go of each record once it is appended', async () => {
  const paced = new PacedProducer()
  paced.learn()
  const refs = sendMuch(paced)
  const before = await kept(refs)
  for (let times = 0; times < 20; times++) paced.acknowledge()
  expect(await kept(refs)).toBeLessThan(before - 200)
  paced.acknowledgeAll()
  expect(await kept(refs)).toBeLessThan(2)
})
