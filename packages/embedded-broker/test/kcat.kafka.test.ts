import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { CompressionCodec } from '@sluice/protocol'
import { gzip } from '@sluice/protocol/gzip'
import { describe, expect, test, vi } from 'vitest'
import type { EmbeddedCluster } from '../src/index.js'
import { batchOf } from './batches.js'
import { connectTo, startCluster } from './cluster-fixture.js'
import { produceTo } from './produce-requests.js'

/** An independent implementation (librdkafka) reads and writes. `apt-get install kcat` has it. */
const installed = spawnSync('kcat', ['-V']).error === undefined
const title = installed ? 'kcat' : 'kcat (skipped: not on the PATH)'

const topics = { orders: { partitions: 3 } }

async function kcat(cluster: EmbeddedCluster, flags: string[], input = ''): Promise<string> {
  // A member of a group names its topics behind all flags.
  const topic = flags.includes('-G') ? ['orders'] : ['-t', 'orders']
  const child = spawn('kcat', ['-b', cluster.bootstrapServers.join(','), ...flags, ...topic])
  const output = Promise.all([text(child.stdout), text(child.stderr)])
  child.stdin.end(input)
  const [status] = await once(child, 'close')
  const [stdout, stderr] = await output
  if (status !== 0) throw new Error(`kcat: ${stderr}`)
  return stdout
}

describe.skipIf(!installed)(title, () => {
  test('prints what was produced: keys, tombstones, headers, compressed or not, from every partition', async () => {
    const cluster = await startCluster({ brokers: 2, topics })
    const clients = [await connectTo(cluster, 0), await connectTo(cluster, 1)]
    const plain = await batchOf([
      {
        key: 'k',
        value: 'ä',
        timestamp: 1_700_000_000_001,
        headers: [
          ['h', '1'],
          ['h', null],
        ],
      },
      { key: 'gone', value: null },
    ])
    const zipped = await batchOf([{ value: 'z'.repeat(500) }, { value: '' }], { codec: gzip() })
    await produceTo(clients[0]!, plain, { partition: 0 })
    await produceTo(clients[1]!, zipped, { partition: 1 })
    await produceTo(clients[0]!, await batchOf([{ value: 'last' }]), { partition: 2 })
    await produceTo(clients[0]!, await batchOf([{ value: 'more' }]), { partition: 2 })
    const format = '%p %o %T k%K=%k v%S=%s h=%h\n'
    const lines = (await kcat(cluster, ['-C', '-e', '-q', '-f', format])).trimEnd().split('\n')
    expect(lines.toSorted()).toEqual([
      '0 0 1700000000001 k1=k v2=ä h=h=1,h=NULL',
      '0 1 1700000000000 k4=gone v-1= h=',
      `1 0 1700000000000 k-1= v500=${'z'.repeat(500)} h=`,
      '1 1 1700000000000 k-1= v0= h=',
      '2 0 1700000000000 k-1= v4=last h=',
      '2 1 1700000000000 k-1= v4=more h=',
    ])
  })

  test('reads on from an offset and from a time', async () => {
    const cluster = await startCluster({ topics })
    const client = await connectTo(cluster)
    for (const value of ['a', 'b', 'c']) {
      const timestamp = 1_700_000_000_000 + value.charCodeAt(0)
      await produceTo(client, await batchOf([{ value, timestamp }]))
    }
    const read = (from: string) => kcat(cluster, ['-C', '-e', '-q', '-p', '0', '-o', from])
    expect(await read('1')).toBe('b\nc\n')
    expect(await read(`s@${1_700_000_000_000 + 99}`)).toBe('c\n')
  })

  test('is a member of a group, and goes on from what it has committed', async () => {
    const cluster = await startCluster({ brokers: 2, topics })
    const client = await connectTo(cluster)
    const write = async (value: string) => produceTo(client, await batchOf([{ value }]))
    await write('a')
    await write('b')
    const member = ['-G', 'billing', '-X', 'auto.offset.reset=earliest', '-e', '-q']
    expect(await kcat(cluster, member)).toBe('a\nb\n')
    expect(cluster.group('billing')).toMatchObject({ state: 'Empty', protocolType: 'consumer' })
    expect(cluster.committedOffsets('billing')).toMatchObject([{ partition: 0, offset: 2n }])
    await write('c')
    expect(await kcat(cluster, member)).toBe('c\n')
  })

  test.each([
    ['without options', []],
    ['idempotent', ['-X', 'enable.idempotence=true']],
    ['with gzip', ['-z', 'gzip', '-X', 'enable.idempotence=true']],
    ['with acks 0', ['-X', 'acks=0']],
  ])('produces %s', async (_, flags) => {
    const inflate = vi.fn<CompressionCodec['decompress']>(gzip().decompress)
    const codecs = [{ ...gzip(), decompress: inflate }]
    const cluster = await startCluster({ brokers: 2, topics, codecs })
    const lines = Array.from({ length: 2000 }, (_unused, index) => `k${index % 7}:value ${index}`)
    await kcat(cluster, ['-P', '-K', ':', '-H', 'h=1', ...flags], lines.join('\n'))
    const records = cluster.records('orders')
    expect(records.map(({ key, value }) => `${String(key)}:${String(value)}`).toSorted()).toEqual(
      lines.toSorted(),
    )
    expect(records.every(({ headers }) => String(headers) === 'h,1')).toBe(true)
    expect(inflate.mock.calls.length > 0).toBe(flags.includes('gzip'))
  })
})
