import type { ProducerRecord, RecordMetadata } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { PacedProducer } from './paced-producer.js'

const sizes = { bufferBytes: 65_536, batchBytes: 4_096, maxBlockMs: 500 }
const partitions = 3

/** The same numbers for the same seed. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Sends by all ways in turn, while partition 0 answers now and then, and notes what became of the records, in order. */
async function ends(seed: number): Promise<(RecordMetadata | Error)[]> {
  const random = randomNumbers(seed)
  const paced = new PacedProducer({ sizes })
  paced.learn('t', partitions)
  const calls: Promise<readonly (RecordMetadata | Error)[]>[] = []
  const record = (): ProducerRecord => {
    const value = 'x'.repeat(random(3_000))
    return {
      topic: 't',
      value,
      ...(random(2) === 0 ? { partition: random(partitions) } : { key: `${random(9)}` }),
    }
  }
  const ways = [
    () =>
      calls.push(
        paced.producer.send(record()).then(
          (one) => [one],
          (error: Error) => [error],
        ),
      ),
    () => {
      const many = Array.from({ length: random(4) === 0 ? 100 : random(10) }, record)
      calls.push(paced.producer.sendMany(many).catch((error) => error.results))
    },
    () => paced.acknowledge(),
    () => paced.acknowledgeAll(),
    () => paced.acknowledgeAll(),
    () => paced.acknowledgeAll(),
    () => paced.acknowledgeAll(),
    () => paced.clock.advance(random(20)),
    () => (random(4) === 0 ? paced.recover() : paced.stuck.add(0)),
  ]
  for (let step = 0; step < 400; step++) ways[random(ways.length)]!()
  const flushed = paced.producer.flush()
  for (let times = 0; times < 3; times++) {
    paced.recover()
    paced.acknowledgeAll()
  }
  await flushed
  return (await Promise.all(calls)).flat()
}

test.each(Array.from({ length: 30 }, (_, seed) => seed))(
  'however records are sent while a partition answers now and then, each partition keeps their order (seed %i)',
  async (seed) => {
    const all = await ends(seed)
    const sent = all.filter((end): end is RecordMetadata => !(end instanceof Error))
    expect(sent.length).toBeGreaterThan(all.length / 2)
    for (let partition = 0; partition < partitions; partition++) {
      const offsets = sent.flatMap((end) =>
        end.partition === partition ? [Number(end.offset)] : [],
      )
      expect(offsets).toEqual(offsets.toSorted((a, b) => a - b))
    }
  },
)
