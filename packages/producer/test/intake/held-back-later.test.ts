import type { ProducerRecord } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { endOf, PacedProducer, reactions } from './paced-producer.js'

const value = 'x'.repeat(1_000)
const recordsOf = (partition: number, count: number): ProducerRecord[] =>
  Array.from({ length: count }, () => ({ topic: 't', partition, value }))

test('records of a sendMany that wait uncopied behind copied ones do not overtake these where both are held back', async () => {
  const controller = new AbortController()
  const { signal } = controller
  const sizes = { bufferBytes: 65_536, batchBytes: 40_960, maxBlockMs: 1_000 }
  const partitioner = {
    forTopic: () => ({
      partition: () => {
        controller.abort()
        return 2
      },
    }),
  }
  const paced = new PacedProducer({ sizes, partitioner })
  paced.learn('t', 3)
  // The next batch of partition 1 begins with a buffer that is as large as this one.
  const large = paced.producer.send({ topic: 't', partition: 1, value: 'x'.repeat(38_500) })
  paced.acknowledgeAll()
  await large
  paced.stuck.add(0)
  for (let at = 0; at < 11; at++) {
    void endOf(paced.producer.sendMany(recordsOf(0, 1)))
    void endOf(paced.producer.sendMany(recordsOf(2, 1)))
    paced.acknowledgeAll()
  }
  // Too much for another batch of partition 1, and less than what stops callers.
  void endOf(paced.producer.sendMany(recordsOf(2, 6)))
  // This stops callers: the first records of the call wait uncopied, and the later ones are copied once these have left.
  for (let at = 0; at < 14; at++)
    void endOf(paced.producer.send({ topic: 't', partition: 0, value }, { signal }))
  const many = endOf(
    paced.producer.sendMany([
      ...recordsOf(0, 3),
      { topic: 't', value: 'aborts what waits, so there is room again' },
      ...recordsOf(1, 1),
      ...recordsOf(0, 30),
    ]),
  )
  paced.acknowledgeAll()
  paced.recover()
  while (paced.acknowledge() > 0) await reactions()
  await reactions()
  const sent = many.result!.filter(({ partition }) => partition === 0)
  const offsets = sent.map(({ offset }) => Number(offset))
  expect(offsets).toHaveLength(33)
  expect(offsets).toEqual(offsets.toSorted((a, b) => a - b))
})
