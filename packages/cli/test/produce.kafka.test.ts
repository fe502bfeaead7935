import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type KafkaCluster, readWithJava, readWithKcat, startKafka } from '@sluice/test-kafka'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runWith } from './cli-run.js'

let kafka: KafkaCluster
const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'))

beforeAll(async () => {
  kafka = await startKafka({ configs: { 'message.max.bytes': '10485760' } })
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await kafka?.stop()
})

/** Lines with NUL, carriage returns, all other bytes but the newline, of very different lengths: some 9 MB. */
function lines(): Buffer[] {
  const bytes = Buffer.from(
    Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 10),
  )
  const short = Array.from({ length: 20_000 }, (_, n) =>
    Buffer.concat([bytes.subarray(n % 255), Buffer.from(`${n}\r`)]),
  )
  const long = [100_000, 3_000_000, 0, 3_500_000].map((length) => Buffer.alloc(length, bytes))
  return [...short, ...long, Buffer.from('last')]
}

test.each(['none', 'lz4'])(
  'kcat reads byte by byte what was in a file, in its order: %s',
  async (codec) => {
    const expected = lines()
    const file = join(folder, 'lines')
    writeFileSync(
      file,
      Buffer.concat(expected.flatMap((line, n) => (n === 0 ? [line] : [Buffer.from('\n'), line]))),
    )
    const topic = `lines-${codec}`
    await kafka.createTopic(topic, 1)
    const args = ['produce', '-b', kafka.bootstrapServers, '-t', topic, '-z', codec]
    const run = await runWith([...args, '--max-request-bytes', '5000000', file])
    expect(run).toEqual({
      code: 0,
      stdout: '',
      stderr: 'sluice: 20,005 records acknowledged, 0 failed, 0 possibly written\n',
    })
    const read = await readWithKcat(kafka.bootstrapServers, topic)
    expect(read.length).toBe(expected.length)
    const different = read.filter(({ value }, n) => value === null || !value.equals(expected[n]!))
    expect(different).toEqual([])
  },
)

test('Java reads as committed what was sent in transactions, all of it and in its order', async () => {
  const expected = Array.from({ length: 1000 }, (_, number) => `line ${number}`)
  await kafka.createTopic('transactions', 1)
  const args = ['produce', '-b', kafka.bootstrapServers, '-t', 'transactions']
  const batches = ['--transactional-id', 'cli', '--transaction-records', '300']
  const { code, stderr } = await runWith([...args, ...batches], [expected.join('\n')])
  expect([code, stderr]).toEqual([
    0,
    'sluice: 1,000 records committed, 0 failed, 0 possibly written\n',
  ])
  const isolation = 'read_committed'
  const read = await readWithJava(kafka.bootstrapServers, 'transactions', { isolation })
  expect(read.map(({ value }) => String(value))).toEqual(expected)
})
