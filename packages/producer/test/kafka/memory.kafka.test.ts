import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { isExternal, type KafkaCluster, startKafka } from '@sluice/test-kafka'
import { afterAll, beforeAll, expect, test } from 'vitest'

interface Report {
  readonly settled: number
  readonly codes: Readonly<Record<string, number>>
  readonly grownBytes: number
  readonly bufferBytes: number
}

const count = 1_000_000
let kafka: KafkaCluster

beforeAll(async () => {
  kafka = await startKafka({})
  if (!isExternal(kafka)) await kafka.createTopic('flood', 12)
})
afterAll(() => kafka.stop())

test('a million unawaited sends to a paused broker keep memory bounded, and every one settles', async ({
  skip,
}) => {
  if (isExternal(kafka)) skip('a running cluster is not paused')
  const child = fork(
    fileURLToPath(new URL('../fixtures/flood.ts', import.meta.url)),
    [kafka.bootstrapServers, 'flood', `${count}`],
    {
      execArgv: ['--import', 'tsx', '--conditions=@sluice/source'],
    },
  )
  await once(child, 'message')
  await kafka.brokers[0]!.pause()
  child.send('go')
  const [report] = (await once(child, 'message')) as [Report]
  kafka.brokers[0]!.resume()
  await once(child, 'exit')

  console.log(report)
  expect(report.settled).toBe(count)
  expect(Object.keys(report.codes).toSorted()).toEqual(['BUFFER_FULL', 'DELIVERY_TIMEOUT'])
  expect(report.grownBytes).toBeLessThan(2 * report.bufferBytes + 64 * 1024 * 1024)
})
