import type { CompressionCodec } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { expectHonest, observedCluster } from '../../faults/observed-cluster.js'
import { held } from '../../faults/produce-faults.js'

interface Deadly {
  readonly how: 'exit' | 'throw' | 'reject' | 'loop'
  /** The compression in which the thread dies. */
  readonly at: number
  readonly deaths?: number
}

async function deadly({ how, at, deaths = 1 }: Deadly): Promise<CompressionCodec> {
  const url = new URL('../../fixtures/deadly-codec.mjs', import.meta.url)
  const { deadlyCodec } = (await import(url.href)) as {
    deadlyCodec(options: object): CompressionCodec
  }
  const left = new Int32Array(new SharedArrayBuffer(4)).fill(deaths)
  return deadlyCodec({ how, at, deaths: left })
}

const values = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`)

test.each([
  ['ends itself', 'exit', 'exit code 3'],
  ['throws where nobody catches it', 'throw', 'a mistake in a timer'],
  ['rejects where nobody hears it', 'reject', 'nobody hears of this'],
] as const)(
  'when a thread %s with a thousand records pending, all settle, persisted is true, and what is sent next goes on in order',
  async (_, how, reason) => {
    const compression = await deadly({ how, at: 8 })
    await using observed = await observedCluster({
      senderThread: true,
      compression,
      batchRecords: 50,
    })
    const first = observed.send(0, ...values(1_000, 'a'))
    const lost = (await first).flatMap(({ error }) => error ?? [])
    expect(lost.length).toBeGreaterThan(0)
    expect(new Set(lost.map(({ code }) => code))).toEqual(new Set(['SENDER_THREAD_DIED']))
    expect(lost[0]!.message).toContain(reason)
    expect(lost.map(({ persisted }) => persisted)).toContain('no')
    const next = await observed.send(0, ...values(200, 'b'))
    expect(next.flatMap(({ error }) => error ?? [])).toEqual([])
    expectHonest(observed)
  },
)

test('threads that die again and again fail only what they had, and the last one sends the rest', async () => {
  const compression = await deadly({ how: 'exit', at: 2, deaths: 3 })
  await using observed = await observedCluster({ senderThread: true, compression })
  for (let round = 0; round < 8; round++) await observed.send(round % 2, `${round}`, `${round}+`)
  expect(observed.sent.at(-1)!.error).toBeNull()
  expect(observed.sent.flatMap(({ error }) => error ?? []).length).toBeGreaterThan(0)
  expectHonest(observed)
})

test('what was on its way to the broker when the thread died may be in the log, and what was not, is not', async () => {
  const compression = await deadly({ how: 'exit', at: 3 })
  await using observed = await observedCluster({ senderThread: true, compression })
  await observed.send(0, 'ahead')
  const { fault, arrived, release } = held()
  observed.faults.push(fault)
  const onItsWay = observed.send(0, 'on its way')
  await arrived
  const behind = observed.send(1, 'behind')
  expect((await onItsWay).map(({ error }) => error?.persisted)).toEqual(['possibly'])
  expect((await behind).map(({ error }) => error?.persisted)).toEqual(['no'])
  release()
  expect((await observed.send(0, 'next')).map(({ error }) => error)).toEqual([null])
  expectHonest(observed)
})

test('a close ends a thread that is stuck, and tells what became of its records', async () => {
  const compression = await deadly({ how: 'loop', at: 1 })
  await using observed = await observedCluster({ senderThread: true, compression })
  const sent = observed.send(0, 'a')
  await new Promise((resolve) => setTimeout(resolve, 50))
  await observed.producer.close({ timeoutMs: 0 })
  expect((await sent).map(({ error }) => error?.persisted)).toEqual(['no'])
  expectHonest(observed)
})
