import type { KafkaConfig, Logger, Producer, ProducerConfig } from 'kafkajs-original'
import { saslOf } from '../connection/sasl.js'
import { serversOf } from '../connection/servers.js'
import { transportOf } from '../connection/socket-transport.js'
import { retryOf } from '../errors/retry.js'
import { ProducerEmitter } from '../events/emitter.js'
import { events } from '../events/event-names.js'
import type { LaneSettings } from '../lanes/lane-options.js'
import { Lanes } from '../lanes/lanes.js'
import { Placement } from '../lanes/placement.js'
import { KafkaJSError, KafkaJSNonRetriableError } from '../original/errors.js'
import { connectLane } from './connecting.js'
import { createSender } from './sender.js'
import { Transactions } from './transactions.js'

const needsRetries = 'Idempotent producer must allow retries to protect against transient errors'
const limitedRetries = 'Limiting retries for the idempotent producer may invalidate EoS guarantees'
const disconnecting =
  "The producer is disconnecting; therefore, it can't safely accept messages anymore"

/** @throws KafkaJSNonRetriableError for an idempotent producer without retries */
export function createProducer(
  config: KafkaConfig,
  given: ProducerConfig,
  rootLogger: Logger,
): Producer {
  const { idempotent = false, transactionalId } = given
  const limit = given.retry?.retries ?? config.retry?.retries
  if (idempotent && limit !== undefined && limit < 1)
    throw new KafkaJSNonRetriableError(needsRetries)
  const logger = rootLogger.namespace('Producer')
  if (idempotent && limit !== undefined && limit < Number.MAX_SAFE_INTEGER)
    logger.warn(limitedRetries)
  const emitter = new ProducerEmitter(logger)
  const placement = new Placement(given.createPartitioner)
  const settings = settingsOf(config, given, { rootLogger, emitter, placement })
  const connection = new Connection(settings)
  const deps = { placement, checkConnected: () => connection.check() }
  const sender = createSender({
    ...deps,
    isIdempotent: idempotent,
    route: (kind) => {
      const lane = connection.lanes.of(kind)
      return { lane, target: lane.producer }
    },
  })
  const transactions = new Transactions(transactionalId, {
    ...deps,
    retry: settings.retry,
    lanes: () => connection.lanes,
  })
  return {
    connect: async () => {
      await connection.open()
      emitter.emit(events.CONNECT)
    },
    disconnect: async () => {
      await connection.close()
      transactions.reset()
      emitter.emit(events.DISCONNECT)
    },
    isIdempotent: () => idempotent,
    events,
    on: (name: string, listener: (event: never) => unknown) =>
      emitter.on(name, listener as Parameters<ProducerEmitter['on']>[1]),
    send: sender.send,
    sendBatch: sender.sendBatch,
    transaction: () => transactions.begin(),
    logger: () => logger,
  }
}

interface SettingsDeps {
  readonly rootLogger: Logger
  readonly emitter: ProducerEmitter
  readonly placement: Placement
}

function settingsOf(
  config: KafkaConfig,
  producer: ProducerConfig,
  { rootLogger, emitter, placement }: SettingsDeps,
): LaneSettings {
  return {
    config,
    producer,
    clientId: config.clientId ?? 'kafkajs',
    retry: retryOf(config.retry, producer.retry),
    logger: rootLogger.namespace('Sluice'),
    emitter,
    transport: transportOf(config, config.connectionTimeout ?? 1_000),
    sasl: saslOf(config.sasl, rootLogger),
    partitioner: placement.partitioner,
    servers: () => serversOf(config.brokers),
  }
}

/** Whether the producer is connected, and its lanes while it is. */
class Connection {
  readonly #settings: LaneSettings
  #lanes: Lanes | null = null
  #isClosing = false
  #opening: Promise<void> | null = null

  constructor(settings: LaneSettings) {
    this.#settings = settings
  }

  /** @throws KafkaJSError where the producer is not connected */
  check(): void {
    if (this.#isClosing) throw new KafkaJSNonRetriableError(disconnecting)
    if (this.#lanes === null) throw new KafkaJSError('The producer is disconnected')
  }

  get lanes(): Lanes {
    this.check()
    return this.#lanes!
  }

  async open(): Promise<void> {
    if (this.#lanes !== null) return
    this.#opening ??= this.#open().finally(() => (this.#opening = null))
    await this.#opening
  }

  async #open(): Promise<void> {
    const lanes = new Lanes(this.#settings)
    try {
      await connectLane(lanes.main, this.#settings)
      this.#lanes = lanes
    } catch (error) {
      await lanes.closeAll()
      throw error
    }
  }

  /** Sends what is there, and closes. */
  async close(): Promise<void> {
    const lanes = this.#lanes
    this.#isClosing = true
    try {
      await lanes?.closeAll()
    } finally {
      this.#lanes = null
      this.#isClosing = false
    }
  }
}
