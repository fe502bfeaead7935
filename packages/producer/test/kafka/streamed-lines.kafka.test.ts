import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { type KafkaCluster, readWithKcat, sharedKafka } from '@sluice/test-kafka'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WrittenRecords } from '../../src/index.js'

interface Report {
  readonly records: WrittenRecords
  readonly grownBytes: number
}

/** By default so few that the test takes seconds; `SLUICE_LINES=1000000` is the whole. */
const count = Number(process.env['SLUICE_LINES'] ?? 100_000)
const keys = 1_000
const partitions = 12
const bufferBytes = 33_554_432
let kafka: KafkaCluster
let folder: string

beforeAll(async () => {
  kafka = await sharedKafka()
  folder = await mkdtemp(join(tmpdir(), 'sluice-lines-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Lines of 100 bytes: a key, the line's number, and dots. */
function* blocks(): Generator<string> {
  const perBlock = 10_000
  for (let first = 0; first < count; first += perBlock)
    yield Array.from({ length: perBlock }, (_, index) => {
      const number = first + index
      return `${`k${number % keys} ${number} `.padEnd(99, '.')}\n`
    }).join('')
}

/** Whether the numbers of each key are all there once, in their order; reads one partition after the other. */
async function readInOrder(topic: string): Promise<number> {
  const last = new Map<string, number>()
  let read = 0
  for (let partition = 0; partition < partitions; partition++)
    for (const { key, value } of await readWithKcat(kafka.bootstrapServers, topic, { partition })) {
      const [name = '', number] = String(value).split(' ')
      if (name !== String(key)) expect.fail(`key ${String(key)} has the line of ${name}`)
      const before = last.get(name) ?? Number(name.slice(1)) - keys
      if (Number(number) !== before + keys) expect.fail(`${name}: behind ${before} comes ${number}`)
      last.set(name, Number(number))
      read++
    }
  return read
}

test('the lines of a file are all in Kafka when the pipeline ends, in order for each key, with flat memory', async () => {
  const topic = `lines-${Date.now().toString(36)}`
  await kafka.createTopic(topic, partitions)
  const path = join(folder, 'lines')
  await pipeline(blocks, createWriteStream(path))
  const started = Date.now()
  const child = fork(
    fileURLToPath(new URL('../fixtures/streamed-lines.ts', import.meta.url)),
    [kafka.bootstrapServers, topic, path],
    // What is alive must fit, or the process ends: V8 would put its collections off otherwise.
    { execArgv: ['--import', 'tsx', '--conditions=@sluice/source', '--max-old-space-size=96'] },
  )
  const [report] = (await once(child, 'message')) as [Report]
  await once(child, 'exit')
  console.log({ ...report, ms: Date.now() - started })
  expect(report.records).toEqual({ acknowledged: count, failed: 0, unsettled: 0, notSent: 0 })
  expect(report.grownBytes).toBeLessThan(bufferBytes + 64 * 1024 * 1024)
  expect(await readInOrder(topic)).toBe(count)
})
