import { lz4 } from '@sluice/codec-lz4'
import kafka from 'kafkajs'
import { type BenchRecord, callByCall, type Client, type ClientSettings } from '../client.js'

const { CompressionCodecs, CompressionTypes, Kafka, logLevel, Partitioners } = kafka

/** It brings no codec for LZ4, so it gets ours, the fastest that we know. */
const codec = lz4()
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async ({ buffer }: { buffer: Buffer }) => Buffer.from(await codec.compress(buffer)),
  decompress: async (bytes: Buffer) => Buffer.from(await codec.decompress(bytes, 2 ** 27)),
})

export async function kafkajs(brokers: string[], settings: ClientSettings = {}): Promise<Client> {
  const client = new Kafka({ brokers, logLevel: logLevel.NOTHING })
  const producer = client.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: settings.idempotent ?? false,
  })
  const compression = settings.lz4 ? CompressionTypes.LZ4 : CompressionTypes.None
  await producer.connect()
  const send = (topic: string, messages: BenchRecord[]): Promise<unknown> =>
    producer.send({ topic, acks: -1, compression, messages })
  return {
    name: 'kafkajs',
    send: (record) => send(record.topic, [record]),
    pump: (count, recordOf) =>
      callByCall(count, recordOf, (records) => send(records[0]!.topic, records)),
    close: () => producer.disconnect(),
  }
}
