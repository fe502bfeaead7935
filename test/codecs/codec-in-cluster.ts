import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { createProducer } from '@sluice/producer'
import type { CompressionCodec, ProducerRecord } from '@sluice/protocol'
import { expect, test } from 'vitest'

/** Tests of a codec between a producer and a cluster in this process, for the packages that have one. */
export function codecInCluster(make: () => CompressionCodec): void {
  test('what a producer compresses, a cluster reads', async () => {
    const { codec, bytes } = counted(make())
    await using cluster = await createEmbeddedCluster({ codecs: [make()] })
    const records = Array.from({ length: 3_000 }, (_, i) => order(i))
    await send(cluster.bootstrapServers, codec, records)
    expect(cluster.records('orders').map(({ value }) => String(value))).toEqual(
      records.map(({ value }) => value),
    )
    expect(bytes.given).toBeGreaterThan(100_000)
    expect(bytes.made).toBeLessThan(bytes.given / 2)
  })

  test('what does not get smaller is sent as it is', async () => {
    await using cluster = await createEmbeddedCluster({ codecs: [] })
    await send(cluster.bootstrapServers, make(), [{ topic: 'orders', value: '' }])
    expect(cluster.records('orders')).toHaveLength(1)
  })
}

async function send(
  bootstrapServers: readonly string[],
  compression: CompressionCodec,
  records: readonly ProducerRecord[],
): Promise<void> {
  await using producer = createProducer({ bootstrapServers, compression })
  await producer.sendMany(records)
}

/** Record number `i` of a topic named orders. */
export function order(i: number, topic = 'orders'): ProducerRecord & { value: string } {
  return {
    topic,
    key: `o-${i}`,
    value: JSON.stringify({ id: `o-${i}`, note: 'as ever '.repeat(9) }),
  }
}

/** A codec, and how many bytes it was given to compress and made of them. */
export function counted(codec: CompressionCodec): {
  codec: CompressionCodec
  bytes: { given: number; made: number }
} {
  const bytes = { given: 0, made: 0 }
  const compress = async (input: Uint8Array): Promise<Uint8Array> => {
    const output = await codec.compress(input)
    bytes.given += input.length
    bytes.made += output.length
    return output
  }
  return { codec: { ...codec, compress }, bytes }
}
