import * as all from 'kafkajs'
import {
  CompressionCodecs,
  CompressionTypes,
  Kafka,
  type KafkaConfig,
  KafkaJSConnectionClosedError,
  KafkaJSError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
  Partitioners,
  type Producer,
  type ProducerBatch,
  type RecordMetadata,
  type Transaction,
} from 'kafkajs'

const config: KafkaConfig = {
  clientId: 'usage',
  brokers: async () => ['localhost:9092'],
  ssl: { rejectUnauthorized: true },
  sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' },
  retry: { retries: 3 },
  logLevel: all.logLevel.ERROR,
  logCreator: (level) => (entry) => console.log(level, entry.log.message),
}

const kafka = new Kafka(config)
const producer: Producer = kafka.producer({ createPartitioner: Partitioners.LegacyPartitioner })

CompressionCodecs[CompressionTypes.LZ4] = () => ({})

/** What programs write against the types of kafkajs. It is compiled, and never run. */
export async function usage(): Promise<RecordMetadata[]> {
  const stop = producer.on(producer.events.REQUEST, ({ payload }) => console.log(payload.apiName))
  const batch: ProducerBatch = {
    acks: -1,
    timeout: 5_000,
    compression: CompressionTypes.GZIP,
    topicMessages: [{ topic: 't', messages: [{ value: 'v', headers: { a: ['1', '2'] } }] }],
  }
  const transaction: Transaction = await producer.transaction()
  try {
    await transaction.sendBatch(batch)
    await transaction.sendOffsets({ consumerGroupId: 'g', topics: [] })
    await transaction.commit()
    return await producer.send({ topic: 't', messages: [{ key: null, value: Buffer.from('v') }] })
  } catch (error) {
    if (error instanceof KafkaJSProtocolError) console.log(error.type, error.code)
    if (error instanceof KafkaJSNumberOfRetriesExceeded) console.log(error.retryCount)
    if (error instanceof KafkaJSConnectionClosedError) console.log(error.host)
    if (error instanceof KafkaJSError && !error.retriable) await transaction.abort()
    throw error
  } finally {
    stop()
  }
}

const consumer = kafka.consumer({ groupId: 'g' })
void consumer.run({ eachMessage: async ({ message }) => console.log(message.offset) })
void kafka.admin().createTopics({ topics: [{ topic: 't' }] })
