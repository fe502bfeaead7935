import { setTimeout } from 'node:timers/promises'
import { createProducer } from '@sluice/producer'
import { type KafkaCluster, isExternal, readWithKcat, startKafka } from '@sluice/test-kafka'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copy } from '../src/copy.js'

const count = 5_000
let kafka: KafkaCluster

beforeAll(async () => {
  kafka = await startKafka({
    topics: [
      { name: 'from', partitions: 3 },
      { name: 'to', partitions: 3 },
    ],
  })
})
afterAll(() => kafka.stop())

test('a copy that is stopped and started again, and a second one that takes its partitions, copy each record once', async ({
  skip,
}) => {
  if (isExternal(kafka)) skip('its topics are there already')
  const bootstrapServers = [kafka.bootstrapServers]
  const options = { bootstrapServers, from: 'from', to: 'to', groupId: 'copies' }
  const first = await copy({ ...options, transactionalId: 'copy-1' })
  const sending = sendAll(bootstrapServers)
  await setTimeout(3_000)
  await first.stop()
  const again = await copy({ ...options, transactionalId: 'copy-1' })
  const second = await copy({ ...options, transactionalId: 'copy-2' })
  await sending
  const copied = await allCopied()
  await Promise.all([again.stop(), second.stop()])
  expect(copied.toSorted()).toEqual(Array.from({ length: count }, (_, at) => `${at}`).toSorted())
})

/** Some at a time, so that the copy is stopped in the middle. */
async function sendAll(bootstrapServers: string[]): Promise<void> {
  await using producer = createProducer({ bootstrapServers })
  for (let sent = 0; sent < count; sent += 50) {
    const values = Array.from({ length: 50 }, (_, at) => `${sent + at}`)
    await producer.sendMany(values.map((value) => ({ topic: 'from', key: value, value })))
    await setTimeout(50)
  }
}

/** What consumers of committed records read, once there is no less than was sent. */
async function allCopied(): Promise<string[]> {
  for (;;) {
    const records = await readWithKcat(kafka.bootstrapServers, 'to', {
      isolation: 'read_committed',
    })
    const values = records.map(({ value }) => String(value))
    if (values.length >= count) return values
    await setTimeout(500)
  }
}
