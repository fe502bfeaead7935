import type { RecordMetadata } from '@sluice/protocol'
import {
  isExternal,
  type KafkaCluster,
  needsZooKeeper,
  readWithJava,
  startKafka,
} from '@sluice/test-kafka'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProducer } from '../../src/index.js'

/** How long after the return of the broker all goes on; a machine that is busy with much else may need longer. */
const recoveryMs = Number(process.env['SLUICE_RECOVERY_MS'] ?? 10_000)

let kafka: KafkaCluster

beforeAll(async () => {
  kafka = await startKafka({ configs: { 'log.flush.interval.messages': '1' } })
  if (!isExternal(kafka)) await kafka.createTopic('restart', 12)
})
afterAll(() => kafka.stop())

test('kill -9 of the broker in mid-run and a restart lose nothing, double nothing, reorder nothing', async ({
  skip,
}) => {
  if (isExternal(kafka)) skip('a running cluster is not killed')
  const [broker] = kafka.brokers
  await using producer = createProducer({ bootstrapServers: kafka.bootstrapServers })
  const acknowledged: (RecordMetadata | undefined)[] = []
  const acknowledgedAt: number[] = []
  const failures: unknown[] = []
  let sent = 0
  const sendSome = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const number = sent++
      producer.send({ topic: 'restart', key: `key-${number % 100}`, value: `${number}` }).then(
        (metadata) => {
          acknowledged[number] = metadata
          acknowledgedAt[number] = performance.now()
        },
        (error: unknown) => failures.push(error),
      )
    }
  }
  const sending = setInterval(() => sendSome(50), 10)
  await pause(1_000)
  await broker!.kill()
  // A ZooKeeper lets no broker back in before its session has expired.
  await pause(needsZooKeeper(kafka.version) ? 12_000 : 2_000)
  await broker!.start()
  const returned = performance.now()
  await pause(1_000)
  clearInterval(sending)
  await producer.flush()

  expect(failures.map(String).slice(0, 3)).toEqual([])
  expect(acknowledged.filter(Boolean)).toHaveLength(sent)
  const afterwards = acknowledgedAt.filter((at) => at > returned)
  const firstAfterwards = afterwards.reduce((first, at) => Math.min(first, at), Infinity)
  const beforeReturn = acknowledgedAt.filter((_, number) => number < sent - 5_000)
  expect(beforeReturn.filter((at) => at >= returned + recoveryMs)).toEqual([])
  expect(firstAfterwards).toBeLessThan(returned + recoveryMs)

  const log = await readWithJava(kafka.bootstrapServers, 'restart')
  const byPlace = new Map(
    log.map((read) => [`${read.partition}/${read.offset}`, String(read.value)]),
  )
  for (const [number, metadata] of acknowledged.entries()) {
    if (byPlace.get(`${metadata!.partition}/${metadata!.offset}`) !== `${number}`)
      expect.unreachable(`record ${number} is not where its send said`)
  }
  expect(log).toHaveLength(sent)
  for (let partition = 0; partition < 12; partition++) {
    const numbers = log
      .filter((read) => read.partition === partition)
      .map(({ value }) => Number(value))
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
  }
})

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
