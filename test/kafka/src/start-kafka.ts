import type { KafkaCluster } from './cluster.js'
import type { TopicSpec } from './create-topics.js'
import { joinKafka } from './external-kafka.js'
import { launchKafka } from './local-kafka.js'

export type SecurityProtocol = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'

export interface StartKafkaOptions {
  /** @defaultValue `KAFKA_VERSION`, or else 4.3.1 */
  readonly version?: string
  /** @defaultValue 1 */
  readonly brokers?: 1 | 3
  /** Lines for server.properties; they win over the harness's own. */
  readonly configs?: Readonly<Record<string, string>>
  /** Further listeners, by a name in capitals; `configs` say the rest (`listener.name.…`). Not of an external Kafka. */
  readonly listeners?: Readonly<Record<string, SecurityProtocol>>
  /** Levels of features that the cluster begins with, as `transaction.version`; those of the version otherwise. */
  readonly features?: Readonly<Record<string, number>>
  /** Users of SCRAM, made before the brokers start. */
  readonly scramUsers?: readonly ScramUser[]
  /** Further flags for the brokers' JVM, such as `-Xmx1g`. */
  readonly jvmFlags?: readonly string[]
  /** Java source files, whose classes the brokers can load: `configs` name them. Not of an external Kafka. */
  readonly plugins?: readonly string[]
  readonly topics?: readonly TopicSpec[]
  /** Where the folder with all files of the cluster is made. Not of an external Kafka.
   *  @defaultValue the system's folder for temporary files */
  readonly parentFolder?: string
}

export interface ScramUser {
  readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  readonly name: string
  readonly password: string
}

/** Starts a Kafka on this machine, or joins the one at `SLUICE_KAFKA`, and creates the topics. */
export async function startKafka(options: StartKafkaOptions = {}): Promise<KafkaCluster> {
  const external = process.env['SLUICE_KAFKA']
  return external ? joinKafka(external, options.topics) : launchKafka(options)
}
