import type { Partitioner } from '@sluice/partitioner'
import type { RecordMetadata } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { type End, endOf, PacedProducer, reactions } from './paced-producer.js'

const partitions = 3
const value = 'x'.repeat(1_000)

/** Gives partition 0 when it is asked for a key, and another one when it is asked for that key again. */
function fickle(): Partitioner {
  const asked = new Set<string>()
  const partition = ({ keyBytes }: { keyBytes: Uint8Array | null }): number => {
    const key = String(keyBytes)
    if (asked.has(key)) return 1
    asked.add(key)
    return 0
  }
  return { forTopic: () => ({ partition }) }
}

/** Partition 0 does not answer and is held back: some of its records wait. */
function withStuckPartition(): PacedProducer {
  const sizes = { bufferBytes: 65_536, batchBytes: 4_096, maxBlockMs: 1_000 }
  const paced = new PacedProducer({ sizes, partitioner: fickle() })
  paced.learn('t', partitions)
  paced.stuck.add(0)
  for (let at = 0; at < 25; at++) {
    for (let partition = 0; partition < partitions; partition++)
      void endOf(paced.producer.send({ topic: 't', partition, value }))
    paced.acknowledgeAll()
  }
  return paced
}

function keyed(paced: PacedProducer, key: string): End<RecordMetadata> {
  return endOf(paced.producer.send({ topic: 't', key, value }))
}

async function recovered(paced: PacedProducer): Promise<void> {
  await reactions()
  paced.recover()
  while (paced.acknowledge() > 0) await reactions()
}

describe('a record whose partitioner would give another partition the next time', () => {
  test('keeps the partition by which it is held back as it is sent', async () => {
    const paced = withStuckPartition()
    const end = keyed(paced, 'a')
    await recovered(paced)
    expect(end.result!.partition).toBe(0)
  })

  test('keeps the partition by which it is held back in its turn in the line', async () => {
    const paced = withStuckPartition()
    const filling = Array.from({ length: 40 }, () =>
      endOf(paced.producer.send({ topic: 't', partition: 2, value })),
    )
    const end = keyed(paced, 'a')
    paced.acknowledgeAll()
    await reactions()
    expect([end, filling.filter(({ result }) => result === undefined)]).toEqual([{}, []])
    await recovered(paced)
    expect(end.result!.partition).toBe(0)
  })

  test('keeps the partition by which it is held back, also uncopied in a sendMany', async () => {
    const paced = withStuckPartition()
    const records = Array.from({ length: 300 }, (_, key) => ({ topic: 't', key: `${key}`, value }))
    const end = endOf(paced.producer.sendMany(records))
    await recovered(paced)
    expect(end.result!.filter(({ partition }) => partition !== 0)).toEqual([])
  })
})
