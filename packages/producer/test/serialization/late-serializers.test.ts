import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type End, endOf, PacedProducer, pacedSizes, reactions } from '../intake/paced-producer.js'
import { TransactionalStand } from '../transactions/transactional-stand.js'
import { HeldSerializer } from './held-serializer.js'

const { maxBlockMs } = pacedSizes

function pacedAndHeld(): { paced: PacedProducer; held: HeldSerializer } {
  const held = new HeldSerializer()
  const paced = new PacedProducer({
    valueSerializer: held,
    maxRequestBytes: 20_000,
    sizes: { ...pacedSizes, bufferBytes: 1_048_576 },
  })
  paced.learn()
  return { paced, held }
}

/** Code or offset of each end that there is. */
async function ends(
  all: readonly End<{ offset: bigint } | { offset: bigint }[]>[],
): Promise<unknown[]> {
  await reactions()
  return all.map(({ result, error }) => {
    if (error !== undefined) return error.code
    return Array.isArray(result) ? result.map(({ offset }) => offset) : result?.offset
  })
}

describe('a serializer that has not answered yet', () => {
  test('keeps later records of the topic behind its record, and none of another topic', async () => {
    const { paced, held } = pacedAndHeld()
    paced.learn('u')
    const values = ['a', 'now b', 'c', 'now d']
    const sent = values.map((value) => endOf(paced.producer.send({ topic: 't', value })))
    const other = endOf(paced.producer.send({ topic: 'u', value: 'now' }))
    paced.acknowledgeAll()
    expect(await ends([...sent, other])).toEqual([undefined, undefined, undefined, undefined, 0n])
    held.answer('c')
    await reactions()
    paced.acknowledgeAll()
    expect(await ends(sent)).toEqual([undefined, undefined, undefined, undefined])
    held.answer('a')
    await reactions()
    paced.acknowledgeAll()
    expect(await ends(sent)).toEqual([1n, 2n, 3n, 4n])
  })

  test('may give a promise for the key, or for both, and what is known besides is the caller’s again', async () => {
    const held = new HeldSerializer()
    const seen: unknown[] = []
    const paced = new PacedProducer({
      keySerializer: held,
      partitioner: {
        forTopic: () => ({
          partition({ keyBytes, record }) {
            seen.push(String(keyBytes), String(record.value))
            return 0
          },
        }),
      },
    })
    paced.learn()
    const value = Buffer.from('mine')
    const sent = endOf(paced.producer.send({ topic: 't', key: 'k', value }))
    value.fill(0)
    held.answer('k')
    await reactions()
    paced.acknowledgeAll()
    expect(await ends([sent])).toEqual([0n])
    expect(seen).toEqual(['answered k', 'mine'])
  })

  test('that rejects fails its own send alone, at once, and the others go on in order', async () => {
    const { paced, held } = pacedAndHeld()
    const sent = ['a', 'b', 'now c'].map((value) =>
      endOf(paced.producer.send({ topic: 't', value })),
    )
    held.fail('b')
    expect(await ends(sent)).toEqual([undefined, 'SERIALIZATION_FAILED', undefined])
    expect(sent[1]!.error).toMatchObject({ cause: { message: 'no such schema' }, persisted: 'no' })
    held.answer('a')
    await reactions()
    paced.acknowledgeAll()
    expect(await ends(sent)).toEqual([0n, 'SERIALIZATION_FAILED', 1n])
  })

  test('that never answers ends its send after maxBlockMs, and later records go on then, in order', async () => {
    const { paced, held } = pacedAndHeld()
    const sent = ['a', 'b', 'now c', 'now d'].map((value) =>
      endOf(paced.producer.send({ topic: 't', value })),
    )
    held.answer('b')
    await paced.clock.pass(maxBlockMs - 1)
    paced.acknowledgeAll()
    expect(await ends(sent)).toEqual([undefined, undefined, undefined, undefined])
    await paced.clock.pass(1)
    paced.acknowledgeAll()
    expect(await ends(sent)).toEqual(['SERIALIZATION_FAILED', 0n, 1n, 2n])
    held.answer('a')
    paced.acknowledgeAll()
    expect(await ends(sent)).toEqual(['SERIALIZATION_FAILED', 0n, 1n, 2n])
  })

  test('lets its record be aborted, which is surely not sent, and later records go on', async () => {
    const { paced, held } = pacedAndHeld()
    const aborting = new AbortController()
    const sent = [
      endOf(paced.producer.send({ topic: 't', value: 'a' }, { signal: aborting.signal })),
      endOf(paced.producer.send({ topic: 't', value: 'now b' })),
    ]
    aborting.abort()
    await reactions()
    paced.acknowledgeAll()
    expect(await ends(sent)).toEqual(['ABORTED', 0n])
    expect(sent[0]!.error!.persisted).toBe('no')
    held.fail('a')
    expect(await ends(sent)).toEqual(['ABORTED', 0n])
  })

  test('is waited for by flush, and close ends it within its time', async () => {
    const { paced, held } = pacedAndHeld()
    const first = endOf(paced.producer.send({ topic: 't', value: 'a' }))
    const flushed = endOf(paced.producer.flush().then(() => 'flushed'))
    await reactions()
    expect(flushed.result).toBeUndefined()
    held.answer('a')
    await reactions()
    paced.acknowledgeAll()
    await paced.clock.settle()
    expect([flushed.result, await ends([first])]).toEqual(['flushed', [0n]])
    const last = endOf(paced.producer.send({ topic: 't', value: 'z' }))
    const closed = endOf(paced.producer.close({ timeoutMs: 100 }).then(() => 'closed'))
    await paced.clock.pass(99)
    expect(closed.result).toBeUndefined()
    await paced.clock.pass(1)
    expect([closed.result, await ends([last])]).toEqual(['closed', ['PRODUCER_CLOSED']])
  })

  test('whose answer is too large, or no content, fails its record alone', async () => {
    const held = new HeldSerializer()
    const paced = new PacedProducer({
      maxRequestBytes: 16_384,
      valueSerializer: {
        serialize: async (_topic, data) =>
          data === 'large' ? 'x'.repeat(20_000) : (JSON.parse(String(data)) as string),
      },
    })
    paced.learn()
    expect(held.asked).toEqual([])
    const sent = ['large', '7', '"good"'].map((value) =>
      endOf(paced.producer.send({ topic: 't', value })),
    )
    await reactions()
    paced.acknowledgeAll()
    expect(await ends(sent)).toEqual(['RECORD_TOO_LARGE', 'SERIALIZATION_FAILED', 0n])
  })

  test('delays records of enqueue, whose callbacks run in the contexts of their callers', async () => {
    const { paced, held } = pacedAndHeld()
    const user = new AsyncLocalStorage<string>()
    onTestFinished(() => user.disable())
    const told: unknown[] = []
    for (const value of ['a', 'b', 'now c'])
      user.run(value, () =>
        paced.producer.enqueue({ topic: 't', value }, (error, metadata) =>
          told.push([error?.code ?? metadata?.offset, user.getStore()]),
        ),
      )
    held.fail('b')
    held.answer('a')
    await reactions()
    paced.acknowledgeAll()
    expect(told).toEqual([
      ['SERIALIZATION_FAILED', 'b'],
      [0n, 'a'],
      [1n, 'now c'],
    ])
  })

  test('makes records wait that hold memory: beyond it sends are refused at once', async () => {
    const { paced } = pacedAndHeld()
    const sent = Array.from({ length: 2_000 }, (_, i) =>
      endOf(paced.producer.send({ topic: 't', value: `${i}` })),
    )
    await paced.clock.settle()
    const refused = (await ends(sent)).filter((end) => end === 'BUFFER_FULL')
    expect(refused.length).toBeGreaterThan(1_000)
    expect(refused.length).toBeLessThan(1_900)
    await paced.clock.pass(maxBlockMs)
    expect(new Set(await ends(sent))).toEqual(new Set(['BUFFER_FULL', 'SERIALIZATION_FAILED']))
    const later = endOf(paced.producer.send({ topic: 't', value: 'now' }))
    paced.acknowledgeAll()
    expect(await ends([later])).toEqual([0n])
  })
})

describe('a sendMany whose serializers have not all answered', () => {
  const records = (...values: string[]): { topic: string; value: string }[] =>
    values.map((value) => ({ topic: value.endsWith('u') ? 'u' : 't', value }))

  test('sends nothing before they have, then all in order, before what is sent later to these topics', async () => {
    const { paced, held } = pacedAndHeld()
    paced.learn('u')
    paced.learn('v')
    const many = endOf(paced.producer.sendMany(records('now a', 'b', 'c u', 'now d')))
    const later = ['t', 'u', 'v'].map((topic) =>
      endOf(paced.producer.send({ topic, value: 'now' })),
    )
    held.answer('b')
    await reactions()
    paced.acknowledgeAll()
    expect(await ends([many, ...later])).toEqual([undefined, undefined, undefined, 0n])
    held.answer('c u')
    await reactions()
    paced.acknowledgeAll()
    const [offsets, ...others] = (await ends([many, ...later])) as [bigint[], ...bigint[]]
    expect(offsets.length).toBe(4)
    expect(offsets[0]! < offsets[1]! && offsets[1]! < offsets[3]!).toBe(true)
    expect(others[0]! > offsets[3]! && others[1]! > offsets[2]!).toBe(true)
  })

  test('rejects as a whole when one of them rejects, and what is sent later goes on', async () => {
    const { paced, held } = pacedAndHeld()
    const many = endOf(paced.producer.sendMany(records('now a', 'b')))
    const later = endOf(paced.producer.send({ topic: 't', value: 'now c' }))
    held.fail('b')
    await reactions()
    paced.acknowledgeAll()
    expect(await ends([many, later])).toEqual(['SERIALIZATION_FAILED', 0n])
  })

  test('fails after maxBlockMs, ends with its signal, and with close', async () => {
    const { paced } = pacedAndHeld()
    const expired = endOf(paced.producer.sendMany(records('a', 'now b')))
    await paced.clock.pass(maxBlockMs)
    await reactions()
    expect(expired.error!.results?.map((result) => 'code' in result && result.code)).toEqual([
      'SERIALIZATION_FAILED',
      'SERIALIZATION_FAILED',
    ])
    const aborting = new AbortController()
    const aborted = endOf(paced.producer.sendMany(records('c'), { signal: aborting.signal }))
    aborting.abort()
    const closed = endOf(paced.producer.sendMany(records('d')))
    void paced.producer.close({ timeoutMs: 0 })
    await paced.clock.pass(0)
    expect(await ends([aborted, closed])).toEqual(['ABORTED', 'PARTIAL_FAILURE'])
    expect(aborted.error!.persisted).toBe('no')
    expect(closed.error).toMatchObject({ cause: { code: 'PRODUCER_CLOSED' } })
  })
})

describe('a transaction with a serializer that has not answered', () => {
  test('commits when it has', async () => {
    const held = new HeldSerializer()
    const stand = new TransactionalStand({ valueSerializer: held })
    const tx = await stand.producer.beginTransaction()
    void tx.send({ topic: 't', value: 'a' })
    const commit = endOf(tx.commit().then(() => 'committed'))
    await stand.settle()
    expect(commit.result).toBeUndefined()
    held.answer('a')
    await stand.settle()
    stand.paced.acknowledge()
    await stand.settle()
    expect(commit.result).toBe('committed')
  })

  test('is doomed when it rejects, and abort ends the record', async () => {
    const held = new HeldSerializer()
    const stand = new TransactionalStand({ valueSerializer: held })
    const first = await stand.producer.beginTransaction()
    void first.send({ topic: 't', value: 'a' })
    void first.sendMany([{ topic: 't', value: 'b' }])
    held.fail('a')
    const { error } = await stand.settled(first.flush())
    expect(error).toBeUndefined()
    const aborted = await stand.settled(first.abort())
    expect(aborted).toEqual({ ended: true })
    const second = await stand.producer.beginTransaction()
    const waiting = endOf(second.send({ topic: 't', value: 'c' }))
    await stand.settled(second.abort())
    expect(waiting.error).toMatchObject({ code: 'ABORTED', persisted: 'no' })
  })
})
