import { Buffer } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { partitionForKey } from '@sluice/partitioner'
import { describe, expect, test } from 'vitest'
import { codeOfGuide, runGuide } from '../../../test/guide.js'
import { RegistryStub } from './registry-stub.js'

const folder = fileURLToPath(new URL('..', import.meta.url))
const [serializer, long, use] = codeOfGuide('schema-registry')
const sourceOf = (name: string): string => readFileSync(`${folder}/src/${name}.ts`, 'utf8')

describe('the guide to schema registries', () => {
  test('shows the files of the example, which are type-checked', () => {
    expect(serializer).toBe(sourceOf('registry-serializer'))
    expect(long).toBe(sourceOf('bigint-long'))
  })

  test('names the partitions of a key as text and by Avro', () => {
    const avroKey = [0, 0, 0, 0, 1, 8, ...Buffer.from('o-17')]
    const [text, avro] = [[...Buffer.from('o-17')], avroKey].map((key) =>
      partitionForKey(Buffer.from(key), 12),
    )
    const guide = readFileSync(`${folder}/../../docs/guides/schema-registry.md`, 'utf8')
    expect(guide.replaceAll(/\s+/g, ' ')).toContain(
      `\`o-17\` belongs to partition ${text}, the same as an Avro record with the id 1 to ${avro}.`,
    )
  })

  test('shows how to use it: a long of 63 bits, and a tombstone', async () => {
    await using cluster = await createEmbeddedCluster()
    await using registry = await RegistryStub.start()
    const code = use!
      .replace('localhost:9092', cluster.bootstrapServers[0]!)
      .replace('http://localhost:8081', registry.host)
      .replaceAll("from './", "from './src/")
    await runGuide(code, folder)
    const values = cluster.records('orders').map(({ value }) => value && Buffer.from(value))
    // The zero byte, the id, the text with twice its length, and 2^63: 2^62 in zigzag.
    const total = [...Array.from({ length: 9 }, () => 0x80), 1]
    expect(values.map((value) => value && [...value])).toEqual([
      [0, 0, 0, 0, 1, 8, ...Buffer.from('o-17'), ...total],
      null,
    ])
    expect(registry.registrations).toBe(1)
  })
})
