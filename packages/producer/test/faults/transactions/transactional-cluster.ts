import {
  createEmbeddedCluster,
  type EmbeddedCluster,
  type EmbeddedRuntime,
} from '@sluice/embedded-broker'
import type { KafkaError } from '@sluice/protocol'
import { createProducer, type Producer, type ProducerOptions } from '../../../src/index.js'
import { threadMode } from '../../sender-thread-mode.js'

export interface TransactionalOptions extends Partial<ProducerOptions> {
  /** Of `transaction.version`. */
  readonly level?: number
  readonly maxTimeoutMs?: number
  /** The clock of the brokers. */
  readonly runtime?: EmbeddedRuntime
  /** Makes the producers; see `producer-clock.ts`. */
  readonly create?: (options: ProducerOptions) => Producer
}

/** Three brokers with topic `t` of three partitions, and a producer with the transactional id `id`. */
export interface TransactionalCluster extends AsyncDisposable {
  readonly cluster: EmbeddedCluster
  readonly producer: Producer
  /** Another producer with the same id, or with what these options say. */
  another(options?: Partial<ProducerOptions>): Producer
  /** Values that a `read_committed` consumer reads, by partition, in the order of the log. */
  committed(): string[]
  /** The same of every consumer that does not ask for committed records alone. */
  written(): string[]
}

export async function transactionalCluster(
  options: TransactionalOptions = {},
): Promise<TransactionalCluster> {
  const { level = 2, maxTimeoutMs, runtime, create = createProducer, ...rest } = options
  const cluster = await createEmbeddedCluster({
    brokers: 3,
    topics: { t: { partitions: 3 } },
    finalizedFeatures: { 'transaction.version': level },
    ...(maxTimeoutMs === undefined ? {} : { transactionMaxTimeoutMs: maxTimeoutMs }),
    ...(runtime && { runtime }),
  })
  const producers: Producer[] = []
  const another = (own: Partial<ProducerOptions> = {}): Producer => {
    const producer = create({
      ...(create === createProducer ? threadMode : {}),
      bootstrapServers: cluster.bootstrapServers,
      transactionalId: 'id',
      requestTimeoutMs: 5_000,
      deliveryTimeoutMs: 20_000,
      retryBackoffMs: 20,
      reconnectBackoffMs: 20,
      ...rest,
      ...own,
    })
    producers.push(producer)
    return producer
  }
  const values = (isolation: 'read_committed' | 'read_uncommitted'): string[] =>
    cluster.records('t', { isolation }).map(({ value }) => String(value))
  return {
    cluster,
    producer: another(),
    another,
    committed: () => values('read_committed'),
    written: () => values('read_uncommitted'),
    async [Symbol.asyncDispose]() {
      await Promise.all(producers.map((producer) => producer.close({ timeoutMs: 2_000 })))
      await cluster.close()
    },
  }
}

/** What the promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<KafkaError> {
  try {
    await promise
  } catch (error) {
    return error as KafkaError
  }
  throw new Error('the promise did not reject')
}

/** Makes the call again as long as it is not known how it ends: what it began goes on. */
export async function untilKnown<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if ((error as KafkaError).code !== 'TRANSACTION_TIMEOUT') throw error
    }
  }
}
