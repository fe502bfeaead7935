import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  countRecords,
  ensureKcat,
  isExternal,
  moveLeader,
  readWithJava,
  readWithKcat,
  runJava,
  startKafka,
  waitFor,
  type KafkaBroker,
  type KafkaCluster,
} from '../src/index.js'
import { fetchMetadata, tryMetadata } from '../src/metadata.js'

const timeout = 300_000
const writeTopic = fileURLToPath(new URL('WriteTopic.java', import.meta.url))
const run = Date.now()

beforeAll(ensureKcat, timeout)

describe('one broker', () => {
  let cluster: KafkaCluster

  beforeAll(async () => {
    cluster = await startKafka({ topics: [{ name: `first-${run}`, partitions: 2 }] })
  }, timeout)

  afterAll(() => cluster.stop(), timeout)

  test('what kcat writes, both readers read', { timeout }, async () => {
    const topic = `first-${run}`
    const flags = ['-K', ':', '-H', 'a=1', '-H', 'a=2', '-H', 'é', '-Z']
    produce(cluster, [...flags, '-t', topic, '-p', '1'], 'key:value\nü:\n:no key\n')

    const records = await readWithJava(cluster.bootstrapServers, topic)
    expect(records.map(({ partition, offset }) => `${partition}/${offset}`)).toEqual([
      '1/0',
      '1/1',
      '1/2',
    ])
    expect(records.map(({ key, value }) => [key, value])).toEqual([
      [Buffer.from('key'), Buffer.from('value')],
      [Buffer.from('ü'), null],
      [null, Buffer.from('no key')],
    ])
    expect(records[0]?.headers).toEqual([
      ['a', Buffer.from('1')],
      ['a', Buffer.from('2')],
      ['é', null],
    ])
    expect(await readWithKcat(cluster.bootstrapServers, topic)).toEqual(records)
    expect(await readWithJava(cluster.bootstrapServers, topic, { partition: 0 })).toEqual([])
    expect(await readWithKcat(cluster.bootstrapServers, topic, { partition: 0 })).toEqual([])
    expect(await countRecords(cluster.bootstrapServers, topic)).toBe(3n)
  })

  test('the records of a topic that there is not cannot be counted', { timeout }, async () => {
    await expect(countRecords(cluster.bootstrapServers, 'no-such-topic')).rejects.toThrow(
      '0 of 0 partitions of no-such-topic have a leader.',
    )
  })

  test('both readers keep every byte and tell null from empty', { timeout }, async () => {
    const topic = `odd-${run}`
    await cluster.createTopic(topic, 1)
    await runJava(writeTopic, [cluster.bootstrapServers, topic])

    const records = await readWithJava(cluster.bootstrapServers, topic)
    const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
    const empty = Buffer.alloc(0)
    const odd = [
      ['twice', Buffer.from('1')],
      ['null', null],
      ['twice', Buffer.from('2')],
      ['', empty],
      ['a=b,c:d é', every],
    ]
    expect(records.map(({ key, value, headers }) => [key, value, headers])).toEqual([
      [null, null, []],
      [empty, empty, [['only', null]]],
      [every, null, odd],
      [null, every, odd],
      [Buffer.from('line\nend\r\n"\\/'), Buffer.from('-'), []],
    ])
    expect(records.every(({ timestamp }) => timestamp === 1_700_000_000_123)).toBe(true)
    expect(await readWithKcat(cluster.bootstrapServers, topic)).toEqual(records)
  })

  test('reads 50000 records', { timeout }, async () => {
    const topic = `many-${run}`
    await cluster.createTopic(topic, 3, { configs: { 'message.timestamp.type': 'LogAppendTime' } })
    await runJava(writeTopic, [cluster.bootstrapServers, topic, '50000'])

    const records = await readWithJava(cluster.bootstrapServers, topic)
    expect(records.length).toBe(50_000)
    expect(new Set(records.map(({ key }) => String(key))).size).toBe(50_000)
    expect(records[0]?.timestampType).toBe('LogAppendTime')
    expect((await readWithKcat(cluster.bootstrapServers, topic)).length).toBe(50_000)
  })

  test('a topic that is there already is not created again', { timeout }, async () => {
    await expect(cluster.createTopic(`first-${run}`, 1)).rejects.toThrow('already exists')
  })

  test('a cluster that runs already is used and left alone', { timeout }, async () => {
    vi.stubEnv('SLUICE_KAFKA', cluster.bootstrapServers)
    onTestFinished(() => void vi.unstubAllEnvs())
    const external = await startKafka({ topics: [{ name: `external-${run}`, partitions: 1 }] })
    expect(isExternal(external)).toBe(true)
    expect(external.bootstrapServers).toBe(cluster.bootstrapServers)
    const [broker] = external.brokers as [KafkaBroker]
    await expect(broker.kill()).rejects.toThrow('isExternal')
    await expect(broker.pause()).rejects.toThrow('isExternal')
    expect(() => broker.resume()).toThrow('isExternal')

    await external.stop()
    const metadata = await fetchMetadata(broker, [`external-${run}`])
    expect(metadata.topics[0]?.partitions.length).toBe(1)
  })

  test('a killed broker comes back with its records', { timeout }, async ({ skip }) => {
    skip(isExternal(cluster), 'the cluster is not ours')
    const topic = `kept-${run}`
    await cluster.createTopic(topic, 1)
    produce(cluster, ['-t', topic], 'kept\n')
    const [broker] = cluster.brokers as [KafkaBroker]
    await broker.kill()
    expect(broker.state).toBe('down')
    expect(await tryMetadata(broker)).toBeUndefined()
    await expect(broker.kill()).rejects.toThrow('not running')

    await broker.start()
    expect(broker.state).toBe('running')
    const records = await readWithJava(cluster.bootstrapServers, topic)
    expect(records.map(({ value }) => String(value))).toEqual(['kept'])
  })

  test('a stopped broker starts again', { timeout }, async ({ skip }) => {
    skip(isExternal(cluster), 'the cluster is not ours')
    const [broker] = cluster.brokers as [KafkaBroker]
    await broker.pause()
    await broker.stop()
    expect(broker.state).toBe('down')
    await broker.start()
    await expect(broker.start()).rejects.toThrow('running already')
  })

  test('a paused broker does not answer until it is resumed', { timeout }, async ({ skip }) => {
    skip(isExternal(cluster), 'the cluster is not ours')
    const [broker] = cluster.brokers as [KafkaBroker]
    await broker.pause()
    expect(broker.state).toBe('paused')
    await expect(fetchMetadata(broker)).rejects.toThrow('No answer')
    broker.resume()
    await waitFor('the broker answers', () => tryMetadata(broker))
  })
})

describe.skipIf(process.env['SLUICE_KAFKA'])('three brokers', () => {
  test('share the partitions, hand them over, and leave nothing behind', { timeout }, async () => {
    const topics = [{ name: 'spread', partitions: 12 }]
    const cluster = await startKafka({ brokers: 3, topics })
    const [broker] = cluster.brokers as [KafkaBroker]
    const folder = dirname(broker.logFile)
    try {
      const metadata = await fetchMetadata(broker, ['spread'])
      const leaders = metadata.topics[0]?.partitions.map(({ leader }) => leader)
      expect(leaders?.toSorted()).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3])
      expect(processesOf(folder).length).toBe(3)
      await expectToMove(cluster)
    } finally {
      await cluster.stop()
    }
    expect(processesOf(folder)).toEqual([])
    expect(existsSync(folder)).toBe(false)
    await cluster.stop()
  })

  test('a broker that cannot start says why', { timeout }, async () => {
    const start = startKafka({ configs: { 'num.io.threads': '-1' } })
    await expect(start).rejects.toThrow('num.io.threads')
  })
})

describe.skipIf(process.env['SLUICE_KAFKA'])('when the test process ends', () => {
  test('by SIGTERM, neither brokers nor files are left', { timeout }, async () => {
    const folder = await endHolder('SIGTERM')
    await waitFor('the brokers end', async () => processesOf(folder).length === 0)
    expect(existsSync(folder)).toBe(false)
  })

  const linux = process.platform === 'linux'
  test.runIf(linux)('by SIGKILL, no brokers are left', { timeout }, async () => {
    const folder = await endHolder('SIGKILL')
    await waitFor('the brokers end', async () => processesOf(folder).length === 0)
    expect(existsSync(folder)).toBe(true)
    rmSync(folder, { recursive: true })
  })
})

// Starts a process that starts a broker, ends it by a signal and returns the broker's folder.
async function endHolder(signal: NodeJS.Signals): Promise<string> {
  const program = fileURLToPath(new URL('hold-kafka.ts', import.meta.url))
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']
  const holder = spawn(process.execPath, ['--import', 'tsx', program], { stdio })
  const [output] = (await once(holder.stdout, 'data')) as [Buffer]
  const folder = output.toString().trim()
  expect(processesOf(folder).length).toBe(1)
  holder.kill(signal)
  await once(holder, 'exit')
  return folder
}

function produce(cluster: KafkaCluster, args: readonly string[], input: string): void {
  execFileSync('kcat', ['-P', '-b', cluster.bootstrapServers, ...args], { input })
}

function processesOf(folder: string): string[] {
  try {
    return execFileSync('pgrep', ['-f', folder], { encoding: 'utf8' }).trim().split('\n')
  } catch {
    return []
  }
}

/** Partitions are where the test puts them, and are led by whom it names. */
async function expectToMove(cluster: KafkaCluster): Promise<void> {
  const [broker] = cluster.brokers as [KafkaBroker]
  const replicas = [
    [2, 1],
    [3, 2],
  ]
  await cluster.createTopic('moved', 2, { replicas })
  const leaders = async (): Promise<unknown> => {
    const { topics } = await fetchMetadata(broker, ['moved'])
    return topics[0]?.partitions
      .toSorted((a, b) => a.partition - b.partition)
      .map(({ leader }) => leader)
  }
  expect(await leaders()).toEqual([2, 3])
  await moveLeader(broker, { topic: 'moved', partition: 0, replicas: [1, 2] })
  await vi.waitFor(async () => expect(await leaders()).toEqual([1, 3]), timeout)
}
