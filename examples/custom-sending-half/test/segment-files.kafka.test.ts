import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFront } from '@sluice/accumulator/front'
import { uniformStickyPartitioner } from '@sluice/partitioner'
import { composeProducer, nodeRuntime } from '@sluice/producer/compose'
import { gzip } from '@sluice/protocol/gzip'
import { runJava } from '@sluice/test-kafka'
import { expect, test } from 'vitest'
import { segmentFiles } from '../src/segment-files.js'

test("Kafka's own tool reads the logs, with right checksums and offsets", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-segments-'))
  try {
    const options = { maxRequestBytes: 1_048_576, runtime: nodeRuntime(), compression: gzip() }
    const sendingHalf = segmentFiles({ ...options, folder, partitions: 1 })
    const front = createFront({ ...options, toQueue: (message) => sendingHalf.receive(message) })
    const stages = { partitioner: uniformStickyPartitioner(), front, sendingHalf }
    const producer = composeProducer(stages, options)
    for (let i = 0; i < 3; i++) await producer.send({ topic: 'orders', value: `order ${i}` })
    await producer.close()
    const files = join(folder, 'orders-0', `${'0'.repeat(20)}.log`)
    const args = ['--deep-iteration', '--print-data-log', '--files', files]
    const dump = await runJava('org.apache.kafka.tools.DumpLogSegments', args)
    expect(dump.match(/isvalid: true/g)).toHaveLength(3)
    expect(
      [...dump.matchAll(/offset: (\d+) .*payload: (.*)/g)].map(([, at, text]) => [at, text]),
    ).toEqual([
      ['0', 'order 0'],
      ['1', 'order 1'],
      ['2', 'order 2'],
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
