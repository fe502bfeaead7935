import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { expect, test } from 'vitest'
import { runWith } from '../cli-run.js'

test('tells where keys go, as the other clients place them', async () => {
  // As kafkajs's DefaultPartitioner, zlib's crc32 and kafkajs's LegacyPartitioner place them.
  expect(await runWith(['partition', '-n', '12', 'o-17', 'ключ'])).toEqual({
    code: 0,
    stderr: '',
    stdout: [
      'key   murmur2  crc32  kafkajs-legacy',
      'o-17       11     11               3',
      'ключ        8      6              10',
      '',
    ].join('\n'),
  })
})

test('asks the cluster how many partitions a topic has', async () => {
  await using cluster = await createEmbeddedCluster({ topics: { orders: { partitions: 1 } } })
  const args = ['partition', '-b', cluster.bootstrapServers.join(','), '-t', 'orders', 'o-17']
  const { code, stdout } = await runWith(args)
  expect([code, stdout.split('\n')[1]]).toEqual([0, 'o-17        0      0               0'])
})

test('tells a topic that the cluster does not have, and ends with 1', async () => {
  await using cluster = await createEmbeddedCluster({ autoCreateTopics: false })
  const args = [
    'partition',
    '-b',
    cluster.bootstrapServers.join(','),
    '-t',
    'none',
    'o-17',
    '--max-block-ms',
    '100',
  ]
  const { code, stdout, stderr } = await runWith(args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^sluice: METADATA_TIMEOUT: .*topic none within 100 ms.*\n$/)
})

test.each([[['-n', '3', '-t', 'orders']], [[]]])(
  'the number of partitions comes from one place: %j is refused',
  async (args) => {
    const { code, stderr } = await runWith(['partition', ...args, 'o-17'])
    expect([code, stderr]).toEqual([
      2,
      'sluice: give --partitions, or the --topic whose partitions the cluster counts, and not both\n',
    ])
  },
)

test('the number of partitions on the command line counts more than a topic of the environment', async () => {
  const env = { SLUICE_TOPIC: 'orders' }
  const { code, stderr } = await runWith(['partition', '-n', '3', 'o-17'], [], { env })
  expect([code, stderr]).toEqual([0, ''])
})
