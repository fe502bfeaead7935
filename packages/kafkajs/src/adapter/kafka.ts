import process from 'node:process'
import type {
  Admin,
  AdminConfig,
  Consumer,
  ConsumerConfig,
  Kafka as OriginalKafka,
  KafkaConfig,
  Logger,
  Producer,
  ProducerConfig,
} from 'kafkajs-original'
import { consoleCreator } from './logging/console-creator.js'
import { createLogger } from './logging/logger.js'
import { originalClient } from './original/client.js'
import { logLevel } from './original/constants.js'
import { createProducer } from './producing/producer.js'

const partitionerWarning =
  'KafkaJS v2.0.0 switched default partitioner. To retain the same partitioning behavior as in previous versions, create the producer with the option "createPartitioner: Partitioners.LegacyPartitioner". See the migration guide at https://kafka.js.org/docs/migration-guide-v2.0.0#producer-new-default-partitioner for details. Silence this warning by setting the environment variable "KAFKAJS_NO_PARTITIONER_WARNING=1"'

let hasWarned = false

/** The client of kafkajs, with a producer of Sluice, and with the consumer and the admin of kafkajs itself. */
export class Kafka {
  readonly #config: KafkaConfig
  readonly #logger: Logger
  #original: OriginalKafka | undefined

  /** Nothing is opened before the first `connect`. */
  constructor(config: KafkaConfig) {
    const { logLevel: level = logLevel.INFO, logCreator = consoleCreator } = config
    this.#config = { ...config }
    this.#logger = createLogger(level, logCreator)
  }

  /** Makes a producer. @throws KafkaJSNonRetriableError for an idempotent one that may not retry */
  producer(config: ProducerConfig = {}): Producer {
    if (config.createPartitioner === undefined || config.createPartitioner === null)
      warnOfPartitioner(this.#logger)
    return createProducer(this.#config, config, this.#logger)
  }

  /** Makes a consumer, of kafkajs itself, with the same configuration. */
  consumer(config: ConsumerConfig): Consumer {
    return this.#ofOriginal().consumer(config)
  }

  /** Makes an admin, of kafkajs itself, with the same configuration. */
  admin(config?: AdminConfig): Admin {
    return this.#ofOriginal().admin(config)
  }

  /** The logger, for entries of the program's own. */
  logger(): Logger {
    return this.#logger
  }

  #ofOriginal(): OriginalKafka {
    const Original = originalClient()
    return (this.#original ??= new Original(this.#config))
  }
}

function warnOfPartitioner(logger: Logger): void {
  if (hasWarned) return
  hasWarned = true
  if (process.env['KAFKAJS_NO_PARTITIONER_WARNING'] === undefined) logger.warn(partitionerWarning)
}
