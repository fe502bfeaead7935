import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { PacedProducer } from '../intake/paced-producer.js'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

async function heapUsed(): Promise<number> {
  await turn()
  for (let times = 0; times < 3; times++) collect()
  return process.memoryUsage().heapUsed
}

/** A flush that is aborted while it waits. */
async function abortedFlush({ producer }: PacedProducer): Promise<KafkaError | undefined> {
  const controller = new AbortController()
  const flushed = producer.flush({ signal: controller.signal }).then(
    () => undefined,
    (error: KafkaError) => error,
  )
  controller.abort()
  return flushed
}

test.each(['waits for metadata', 'is in a batch'])(
  'thousands of flushes that are aborted leave nothing behind while a record %s',
  async (where) => {
    const paced = new PacedProducer()
    if (where === 'is in a batch') paced.learn()
    paced.producer.send({ topic: 't', value: 'pending' }).catch(() => {})
    for (let times = 0; times < 200; times++)
      expect((await abortedFlush(paced))?.code).toBe('ABORTED')
    const before = await heapUsed()
    for (let times = 0; times < 4_000; times++) await abortedFlush(paced)
    expect((await heapUsed()) - before).toBeLessThan(4_000 * 100)
  },
)

test('a flush that is aborted ends no other, and the others end when the records have settled', async () => {
  const paced = new PacedProducer()
  paced.learn()
  const sent = paced.producer.send({ topic: 't', value: 'first' })
  const ends: string[] = []
  const { signal } = new AbortController()
  const flushes = [paced.producer.flush({ signal }), paced.producer.flush()]
  for (const [at, flush] of flushes.entries()) void flush.then(() => ends.push(`flush ${at}`))
  await abortedFlush(paced)
  void paced.producer.send({ topic: 't', value: 'later' }).catch(() => {})
  await turn()
  expect(ends).toEqual([])
  paced.acknowledge()
  await sent
  await Promise.all(flushes)
  expect(ends.toSorted()).toEqual(['flush 0', 'flush 1'])
})

test('a flush after one that has ended waits for what was sent in between', async () => {
  const paced = new PacedProducer()
  paced.learn()
  const ends: number[] = []
  for (const time of [1, 2, 3]) {
    void paced.producer.send({ topic: 't', value: 'v' })
    const { signal } = new AbortController()
    const flushed = paced.producer.flush({ signal }).then(() => ends.push(time))
    await turn()
    expect(ends).toHaveLength(time - 1)
    paced.acknowledgeAll()
    await flushed
  }
  await paced.producer.flush()
  expect(ends).toEqual([1, 2, 3])
})
