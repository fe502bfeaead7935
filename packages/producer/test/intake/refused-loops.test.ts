import type { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import type { Producer } from '../../src/index.js'
import { PacedProducer } from './paced-producer.js'

const topic = 't'
const record = { topic, value: Buffer.alloc(1_000) }
const mostInTurn = 1_000
/** A loop that never leaves its turn ends here, so that the test fails and does not hang. */
const mostTries = 20 * mostInTurn

const refused = (paced: PacedProducer): void => paced.learn(topic, 0, 'TOPIC_AUTHORIZATION_FAILED')
const closed = async ({ producer, clock }: PacedProducer): Promise<void> => {
  const closing = producer.close({ timeoutMs: 0 })
  await reactions()
  clock.advance(0)
  await closing
}
/** Its records wait for metadata, and no more of them may. */
const full = ({ producer }: PacedProducer): void => {
  for (let times = 0; times < 200; times++) producer.send(record).catch(() => {})
}
const ready = (): void => {}

type Before = (paced: PacedProducer) => unknown
type Attempt = (producer: Producer) => Promise<unknown>

test.each<[string, Before, Attempt]>([
  ['send to a refused topic', refused, (p) => p.send(record)],
  [
    'send with a signal to a refused topic',
    refused,
    (p) => p.send(record, { signal: new AbortController().signal }),
  ],
  ['sendMany to a refused topic', refused, (p) => p.sendMany([record, record])],
  ['enqueue and drained', refused, (p) => (p.enqueue(record), p.drained())],
  ['partitionsFor of a refused topic', refused, (p) => p.partitionsFor(topic)],
  ['send when all memory is taken', full, (p) => p.send(record)],
  ['send of what is no record', ready, (p) => p.send(1 as never)],
  ['sendMany of what is no list', ready, (p) => p.sendMany(1 as never)],
  [
    'send with a signal that is aborted',
    ready,
    (p) => p.send(record, { signal: AbortSignal.abort() }),
  ],
  ['send after close', closed, (p) => p.send(record)],
])(
  'a loop that calls again whenever it is refused leaves the event loop its turns: %s',
  async (_, before, attempt) => {
    const paced = new PacedProducer()
    await before(paced)
    paced.clock.advance(0)
    let [tries, left] = [0, mostTries]
    const loop = async (): Promise<void> => {
      for (; left > 0; left--) {
        tries++
        await attempt(paced.producer).catch(() => {})
      }
    }
    void loop()
    for (let turns = 1; turns <= 3; turns++) {
      await reactions()
      expect(tries).toBeGreaterThan(turns * mostInTurn - 50)
      expect(tries).toBeLessThanOrEqual(turns * (mostInTurn + 1) + 1)
      paced.clock.advance(0)
    }
    left = 0
    await reactions()
  },
)

test('a refusal that is told later is, until then, no rejection that nobody handles', async () => {
  const paced = new PacedProducer()
  refused(paced)
  const sends = Array.from({ length: mostInTurn + 5 }, () => paced.producer.send(record))
  const ends = sends.map((send) => send.catch(({ code }: KafkaError) => code))
  await ends[0]
  paced.clock.advance(0)
  expect(new Set(await Promise.all(ends))).toEqual(new Set(['TOPIC_AUTHORIZATION_FAILED']))
})

async function reactions(): Promise<void> {
  for (let times = 0; times < 30 * mostInTurn; times++) await Promise.resolve()
}
