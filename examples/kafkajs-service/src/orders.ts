import {
  CompressionTypes,
  Kafka,
  type logCreator,
  logLevel,
  type Message,
  type Producer,
  type RecordMetadata,
} from 'kafkajs'
import { partitionByRegion } from './partition-by-region.js'

export interface Order {
  readonly id: string
  readonly region: string
  readonly cents: number
}

export interface OrdersOptions {
  readonly brokers: string[]
  /** Takes the lines of the log. */
  readonly log: (line: string) => void
}

/** A service that writes orders, and what they change together, to Kafka. */
export class Orders {
  /** How many requests the producer has made. */
  requests = 0
  readonly #plain: Producer
  readonly #exact: Producer

  constructor({ brokers, log }: OrdersOptions) {
    const toLog: logCreator =
      () =>
      ({ label, namespace, log: { message } }) =>
        log(`${label} ${namespace}: ${message}`)
    const kafka = new Kafka({
      clientId: 'orders',
      brokers,
      logLevel: logLevel.WARN,
      logCreator: toLog,
      retry: { retries: 8, initialRetryTime: 100 },
    })
    this.#plain = kafka.producer({ createPartitioner: partitionByRegion })
    this.#exact = kafka.producer({
      createPartitioner: partitionByRegion,
      transactionalId: 'orders',
      idempotent: true,
      maxInFlightRequests: 1,
    })
    this.#plain.on(this.#plain.events.REQUEST, () => this.requests++)
  }

  async start(): Promise<void> {
    await Promise.all([this.#plain.connect(), this.#exact.connect()])
  }

  /** Writes one order. @returns where it is */
  async take(order: Order): Promise<RecordMetadata> {
    const [placed] = await this.#plain.send({ topic: 'orders', messages: [messageOf(order)] })
    return placed!
  }

  /** Writes many orders, compressed. */
  async takeAll(orders: readonly Order[]): Promise<void> {
    await this.#plain.sendBatch({
      compression: CompressionTypes.GZIP,
      topicMessages: [{ topic: 'orders', messages: orders.map(messageOf) }],
    })
  }

  /** Writes an order and its bill, both or none. */
  async bill(order: Order): Promise<void> {
    const transaction = await this.#exact.transaction()
    try {
      await transaction.send({ topic: 'orders', messages: [messageOf(order)] })
      if (order.cents < 0) throw new Error(`order ${order.id} costs less than nothing`)
      await transaction.send({ topic: 'bills', messages: [messageOf(order)] })
      await transaction.commit()
    } catch (error) {
      await transaction.abort()
      throw error
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.#plain.disconnect(), this.#exact.disconnect()])
  }
}

function messageOf(order: Order): Message {
  return {
    key: order.id,
    value: JSON.stringify(order),
    headers: { region: order.region },
  }
}
