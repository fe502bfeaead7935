import type { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { faultyCluster, type FaultyCluster } from './faulty-cluster.js'
import { type ProducerClock, producerClock } from './producer-clock.js'

const bufferBytes = 131_072
const maxBlockMs = 5_000
const recordBytes = 1_000
const valueOf = (number: number): string => String(number).padEnd(recordBytes, '.')

interface Setting {
  readonly faulty: FaultyCluster
  readonly clock: ProducerClock
}

/** A producer that has sent before, and whose broker is away now. */
async function withoutBroker(away: Away): Promise<Setting> {
  const clock = producerClock()
  const sizes = { bufferBytes, batchBytes: 16_384, maxBlockMs, deliveryTimeoutMs: 120_000 }
  const faulty = await faultyCluster({ create: clock.create, ...sizes })
  await clock.passDuring(faulty.send(0, valueOf(0)))
  await away.leaves(faulty)
  return { faulty, clock }
}

interface Away {
  readonly leaves: (faulty: FaultyCluster) => unknown
  readonly returns: (faulty: FaultyCluster) => unknown
}

const ways: [string, Away][] = [
  [
    'refuses connections',
    { leaves: ({ proxy }) => proxy.refuse(), returns: ({ proxy }) => proxy.listen() },
  ],
  ['is silent', { leaves: ({ proxy }) => proxy.silence(), returns: ({ proxy }) => proxy.speak() }],
]

/** What has become of each send, by number; undefined while nothing has. */
type Ends = ('sent' | KafkaError | undefined)[]

/** Sends without waiting for anything. */
function flood({ faulty }: Setting, count: number): Ends {
  const ends: Ends = Array.from({ length: count }, () => undefined)
  for (let number = 1; number <= count; number++)
    faulty.send(0, valueOf(number)).then(
      () => (ends[number - 1] = 'sent'),
      (error: unknown) => (ends[number - 1] = error as KafkaError),
    )
  return ends
}

const refusedIn = (ends: Ends): KafkaError[] => ends.filter((end) => end instanceof Error)
const numbersInLog = ({ cluster }: FaultyCluster): number[] =>
  cluster.records('t').map(({ value }) => Number.parseInt(String(value)))

const numbersOf = (ends: Ends, wanted: (end: Ends[number]) => boolean): number[] =>
  ends.flatMap((end, index) => (wanted(end) ? [index + 1] : []))

test.each(ways)(
  'F40: while the broker %s, sends wait for room up to maxBlockMs, then are refused; what was taken is kept',
  async (_, away) => {
    const setting = await withoutBroker(away)
    await using faulty = setting.faulty
    const { clock } = setting
    const ends = flood(setting, 1_000)
    await clock.pass(maxBlockMs - 1, 500)
    // No more than the buffer holds, and as much again waiting; each behind that was refused at once.
    const atOnce = refusedIn(ends).length
    expect((1_000 - atOnce) * recordBytes).toBeLessThan(2 * bufferBytes)
    expect(1_000 - atOnce).toBeGreaterThan(100)
    expect(numbersOf(ends, (end) => end === undefined).at(-1)).toBe(1_000 - atOnce)
    await clock.pass(2, 1)
    const taken = numbersOf(ends, (end) => end === undefined)
    expect(taken.length * recordBytes).toBeGreaterThan(bufferBytes / 2)
    expect(refusedIn(ends)).toHaveLength(1_000 - taken.length)
    for (const error of refusedIn(ends))
      expect(error).toMatchObject({ code: 'BUFFER_FULL', persisted: 'no' })
    expect(refusedIn(ends)[0]!.message).toMatch(/no room .* within 5000 ms; .*drained\(\)/)
    await away.returns(faulty)
    await clock.passUntil(() => numbersOf(ends, (end) => end === 'sent').length === taken.length)
    expect(numbersInLog(faulty)).toEqual([0, ...taken])
  },
)

test.each(ways)(
  'F40: a broker that %s and comes back within maxBlockMs gets everything that waited, in order',
  async (_, away) => {
    const setting = await withoutBroker(away)
    await using faulty = setting.faulty
    const { clock } = setting
    const ends = flood(setting, 200)
    await clock.pass(maxBlockMs - 500, 500)
    const refused = refusedIn(ends).length
    expect(numbersOf(ends, (end) => end === 'sent')).toEqual([])
    await away.returns(faulty)
    await clock.passUntil(() => !ends.includes(undefined))
    expect(refusedIn(ends)).toHaveLength(refused)
    expect(numbersInLog(faulty)).toEqual([0, ...numbersOf(ends, (end) => end === 'sent')])
  },
)

test.each(ways)(
  'F40: a program that waits for drained() while the broker %s is never refused',
  async (_, away) => {
    const setting = await withoutBroker(away)
    await using faulty = setting.faulty
    const { clock } = setting
    const { producer } = faulty
    const told: (KafkaError | null)[] = []
    let sent = 0
    let waits = 0
    const all = (async () => {
      while (sent < 500) {
        const hasRoom = producer.enqueue(
          { topic: 't', partition: 0, value: valueOf(++sent) },
          (error) => void told.push(error),
        )
        if (hasRoom) continue
        waits++
        await producer.drained()
      }
      await producer.flush()
    })()
    await clock.pass(60_000, 1_000)
    expect(waits).toBe(1)
    expect(sent * recordBytes).toBeLessThan(bufferBytes)
    expect(told).toEqual([])
    await away.returns(faulty)
    await clock.passDuring(all)
    expect(told).toEqual(Array.from({ length: 500 }, () => null))
    expect(numbersInLog(faulty)).toEqual(Array.from({ length: 501 }, (__, number) => number))
  },
)

test('F40: what enqueue cannot take is told to its callback, on a later turn', async () => {
  const setting = await withoutBroker(ways[0]![1])
  await using faulty = setting.faulty
  const { producer } = faulty
  const codes: string[] = []
  for (let number = 1; number <= 1_000; number++)
    producer.enqueue({ topic: 't', partition: 0, value: valueOf(number) }, (error) =>
      codes.push(`${error!.code} ${error!.persisted}`),
    )
  expect(codes).toEqual([])
  await setting.clock.pass(1)
  expect(new Set(codes)).toEqual(new Set(['BUFFER_FULL no']))
  expect((1_000 - codes.length) * recordBytes).toBeLessThan(2 * bufferBytes)
  await setting.clock.passDuring(producer.close({ timeoutMs: 0 }))
  expect(codes).toHaveLength(1_000)
  expect(numbersInLog(faulty)).toEqual([0])
})
