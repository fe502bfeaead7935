import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import type { PingReport } from '../../src/ping/ping-report.js'
import { runWith } from '../cli-run.js'

const nothingListens = 'localhost:1'

function pingOf(bootstrapServers: readonly string[], ...args: string[]) {
  return runWith(['ping', '-b', bootstrapServers.join(','), ...args])
}

test('lists the brokers with their racks, the versions and features, and the topic', async () => {
  await using cluster = await createEmbeddedCluster({
    brokers: 2,
    racks: ['a', 'b'],
    topics: { orders: { partitions: 3 } },
    apiVersions: { Produce: 11 },
  })
  const [one, other] = cluster.bootstrapServers
  const { code, stdout, stderr } = await pingOf([one!], '-t', 'orders')
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^cluster .*: 2 brokers, controller \d\n/)
  expect(stdout.replaceAll(/ +/g, ' ')).toMatch(
    new RegExp(`\n0 ${one} a [0-9.]+ ms\n1 ${other} b [0-9.]+ ms\n`),
  )
  expect(stdout).toMatch(/\napi +brokers 0, 1 +sluice +spoken\n/)
  expect(stdout).toMatch(/\nProduce +\d+-11 +\d+-\d+ +11\n/)
  expect(stdout).toMatch(/\nfeatures: .*transaction\.version 2/)
  expect(stdout).toMatch(/\norders +3 +none +none +none +none\n/)
  expect(stdout).toContain('\nthis client: without TLS, without a login\n')
})

test('tells partitions without a leader and replicas out of sync, and ends with 1', async () => {
  await using cluster = await createEmbeddedCluster({
    brokers: 2,
    topics: { orders: { partitions: 2, replicationFactor: 1 }, whole: { partitions: 1 } },
  })
  const [, partition] = cluster.topic('orders')!.partitions
  const stopped = partition!.leader
  await cluster.brokers[stopped]!.stop()
  const { code, stdout, stderr } = await pingOf(cluster.bootstrapServers)
  expect([code, stderr]).toEqual([
    1,
    'sluice: topic orders: 1 partition of 2 without a leader (1); start the brokers that hold them\n',
  ])
  expect(stdout).toMatch(/\norders +2 +1 +none +1 +none\n/)
  expect(stdout).toMatch(/\nwhole +1 +none +0 +0 +none\n/)
})

/** What is changed in the answer of the cluster. */
interface Change {
  readonly topic?: { readonly errorCode: number }
  readonly partition?: {
    readonly partitionIndex: number
    readonly errorCode?: number
    readonly leaderId?: number
    readonly isrNodes?: readonly number[]
  }
}

test.each<[string, Change, string]>([
  [
    'an error of the topic beside leaders',
    { topic: { errorCode: 29 } },
    'TOPIC_AUTHORIZATION_FAILED; give the user of this client the operations Describe and Write',
  ],
  [
    'an error of a partition beside its leader',
    { partition: { partitionIndex: 1, errorCode: 56 } },
    '1 partition of 2 (1): KAFKA_STORAGE_ERROR; look at the logs of the brokers',
  ],
  [
    'a leader without the listener that was asked',
    { partition: { partitionIndex: 0, errorCode: 72, leaderId: -1 } },
    '1 partition of 2 (0): LISTENER_NOT_FOUND; the leader lacks a listener that the broker that was asked has: compare their listeners',
  ],
  [
    'a leader that is none of the brokers',
    { partition: { partitionIndex: 1, leaderId: 17 } },
    '1 partition of 2 with a leader that is none of the brokers (1); start it, or look at its advertised.listeners',
  ],
  [
    'fewer replicas in sync than a record with acks all needs',
    { partition: { partitionIndex: 0, isrNodes: [0] } },
    '1 partition of 2 with fewer replicas in sync than min.insync.replicas (2) (0); records with acks all are refused until the brokers of the others are back',
  ],
])('%s is a trouble in one line, and ends with 1', async (_, change, trouble) => {
  await using cluster = await createEmbeddedCluster({
    brokers: 2,
    topics: { orders: { partitions: 2, minInsyncReplicas: 2 } },
  })
  cluster.intercept('Metadata', async (call) => {
    const answer = await call.serve()
    if (answer === null) return undefined
    const topics = answer.topics.map((topic) => ({
      ...topic,
      ...change.topic,
      partitions: topic.partitions.map((one) =>
        one.partitionIndex === change.partition?.partitionIndex
          ? { ...one, ...change.partition }
          : one,
      ),
    }))
    return { ...answer, topics }
  })
  const { code, stdout, stderr } = await pingOf(cluster.bootstrapServers)
  expect([code, stderr]).toEqual([1, `sluice: topic orders: ${trouble}\n`])
  expect(stdout).toMatch(/\norders +2 /)
})

test('a topic whose settings the client may not read is judged by the rest', async () => {
  await using cluster = await createEmbeddedCluster({
    topics: { orders: { partitions: 1, minInsyncReplicas: 2 } },
  })
  cluster.intercept('DescribeConfigs', async (call) => {
    const answer = await call.serve()
    if (answer === null) return undefined
    return {
      ...answer,
      results: answer.results.map((one) => ({ ...one, errorCode: 29, configs: [] })),
    }
  })
  const { code, stdout } = await pingOf(cluster.bootstrapServers, '--json')
  const [topic] = (JSON.parse(stdout) as PingReport).topics
  expect([code, topic]).toMatchObject([0, { minInSync: null, belowMinInSync: [] }])
})

test('a broker that the cluster names and nobody reaches is told with its address', async () => {
  await using cluster = await createEmbeddedCluster({ brokers: 2 })
  const [alive, killed] = cluster.bootstrapServers
  await cluster.brokers[1]!.stop({ keepLeaders: true })
  const { code, stdout, stderr } = await pingOf([alive!])
  expect(code).toBe(1)
  expect(stdout.replaceAll(/ +/g, ' ')).toContain(`\n1 ${killed} - none\n`)
  expect(stderr).toMatch(
    new RegExp(`^sluice: CONNECTION_FAILED: broker 1 cannot be reached at ${killed}.*\n$`),
  )
})

test('prints everything as JSON for scripts', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { orders: { partitions: 1 } } })
  const { code, stdout } = await pingOf(cluster.bootstrapServers, '--json')
  const { brokers, topics, client } = JSON.parse(stdout) as PingReport
  expect([code, brokers.map(({ id, error }) => [id, error]), topics]).toMatchObject([
    0,
    [[0, null]],
    [{ name: 'orders', error: null, partitions: 1, withoutLeader: [] }],
  ])
  expect(client).toEqual({ tls: false, sasl: null, operations: null })
  expect(brokers[0]!.apis.find(({ name }) => name === 'Metadata')).toMatchObject({
    broker: [expect.any(Number), 13],
    spoken: 13,
  })
})

test('a topic that is not there is told, and is not made', async () => {
  await using cluster = await createEmbeddedCluster()
  const { code, stderr } = await pingOf(cluster.bootstrapServers, '-t', 'none')
  expect([code, stderr, cluster.topic('none')]).toEqual([
    1,
    'sluice: topic none: UNKNOWN_TOPIC_OR_PARTITION; create it, or check its name and the operation Describe\n',
    undefined,
  ])
})

test('a broker that does not have what a producer needs is told of', async () => {
  await using cluster = await createEmbeddedCluster({ apiVersions: { InitProducerId: null } })
  const { code, stdout, stderr } = await pingOf(cluster.bootstrapServers)
  expect(code).toBe(1)
  expect(stdout).toMatch(/\nInitProducerId +none +0-\d +none\n/)
  expect(stderr).toMatch(
    /^sluice: broker 0: InitProducerId 0 to \d is needed, and it does not have/,
  )
})

test('brokers of two versions, as in an upgrade, have a table each', async () => {
  await using cluster = await createEmbeddedCluster({ brokers: 2 })
  cluster.brokers[1]!.capVersions({ Produce: 9 })
  const { stdout } = await pingOf(cluster.bootstrapServers)
  expect(stdout).toMatch(/\napi +broker 0 +sluice +spoken\n[^]*\napi +broker 1 +sluice +spoken\n/)
  expect(stdout).toMatch(/\nProduce +\d+-9 +3-13 +9\n/)
})

test('an answer that is missing when the time of all is over is not waited for', async () => {
  await using cluster = await createEmbeddedCluster()
  let timeIsUp = (): void => {}
  cluster.intercept('ApiVersions', (call) => {
    if (call.request.clientSoftwareVersion !== 'ping') return undefined
    timeIsUp()
    return call.hang()
  })
  const args = ['ping', '-b', cluster.bootstrapServers.join(',')]
  const { code, stderr } = await runWith(args, [], { setTimeout: (run) => void (timeIsUp = run) })
  expect([code, stderr]).toEqual([
    1,
    'sluice: REQUEST_TIMEOUT: broker 0 gave no answer within 10000 ms; check the addresses, or raise --max-block-ms\n',
  ])
})

test('what a cluster says of itself cannot steer the terminal, and its troubles are a line each', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { orders: { partitions: 1 } } })
  const evil = '\u001B[2J\nsluice: all is well'
  cluster.intercept('Metadata', async (call) => {
    const answer = await call.serve()
    const topics = [{ name: evil, errorCode: 29, partitions: [] }]
    return answer === null ? undefined : { ...answer, clusterId: evil, topics }
  })
  const { code, stdout, stderr } = await pingOf(cluster.bootstrapServers)
  expect(code).toBe(1)
  expect(stdout + stderr).not.toContain('\u001B')
  expect(stdout + stderr).not.toMatch(/^sluice: all is well/m)
  expect(stderr).toMatch(
    /^sluice: topic \?\[2J\?sluice: all is well: TOPIC_AUTHORIZATION_FAILED.*\n$/,
  )
})

test('a cluster that cannot be reached is one line with the addresses, and exit code 1', async () => {
  const { code, stdout, stderr } = await pingOf([nothingListens])
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^sluice: CONNECTION_FAILED: .*localhost:1.*\n$/)
})

test('a login that the cluster refuses is one line without the password, and exit code 1', async () => {
  await using cluster = await createEmbeddedCluster()
  const args = ['ping', '-b', cluster.bootstrapServers.join(','), '--allow-insecure-sasl']
  const sasl = ['--sasl-mechanism', 'plain', '--sasl-username', 'u']
  const { code, stderr } = await runWith([...args, ...sasl], [], {
    env: { SLUICE_SASL_PASSWORD: 'pa$$word' },
  })
  // The embedded broker knows no SASL.
  expect(code).toBe(1)
  expect(stderr).toMatch(/^sluice: .*Sasl.*\n$/)
  expect(stderr).not.toContain('pa$$word')
})

test.each([
  [
    ['ping'],
    'no brokers are named; give --bootstrap-servers host:port, or SLUICE_BOOTSTRAP_SERVERS',
  ],
  [
    ['ping', '-b', nothingListens, 'orders'],
    "too many arguments for 'ping'. Expected 0 arguments but got 1.; see sluice --help",
  ],
])('%j is refused with exit code 2 and one line', async (args, message) => {
  expect(await runWith(args)).toEqual({ code: 2, stdout: '', stderr: `sluice: ${message}\n` })
})

test('a password over a connection without TLS is refused before anything is opened', async () => {
  const sasl = ['--sasl-mechanism', 'plain', '--sasl-username', 'u']
  const { code, stderr } = await runWith(['ping', '-b', nothingListens, ...sasl], [], {
    env: { SLUICE_SASL_PASSWORD: 'pa$$word' },
  })
  expect(code).toBe(2)
  expect(stderr).toContain('--allow-insecure-sasl')
})
