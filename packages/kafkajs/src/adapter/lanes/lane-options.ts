import type { SaslMechanism, Transport } from '@sluice/network'
import type { Partitioner } from '@sluice/partitioner'
import { longestTimerMs } from '@sluice/protocol'
import type { KafkaConfig, Logger, ProducerConfig } from 'kafkajs-original'
import { pausesTogether, type Retry } from '../errors/retry.js'
import type { ProducerEmitter } from '../events/emitter.js'

/** What all lanes of one producer share. */
export interface LaneSettings {
  readonly config: KafkaConfig
  readonly producer: ProducerConfig
  readonly clientId: string
  readonly retry: Retry
  readonly logger: Logger
  readonly emitter: ProducerEmitter
  readonly transport: Transport
  readonly sasl: SaslMechanism | undefined
  /** Places what the adapter has not placed. */
  readonly partitioner: Partitioner
  /** The addresses of `brokers`, each time they are asked for. */
  servers(): Promise<string[]>
}

/** What a send may say for itself. Sends that say the same share a lane. */
export interface LaneKind {
  readonly acks: -1 | 0 | 1
  /** How long the broker may wait for its replicas, in ms. */
  readonly timeout: number
  /** Kafka's number of the codec; 0 for none. */
  readonly compression: number
  /** For the lane of transactions. */
  readonly transactionalId?: string
}

/** As kafkajs sends where a call does not say it. */
export const defaultTimeoutMs = 30_000

/** kafkajs bounds no memory. Hundreds of thousands of sends that nobody awaits fit in this, and as many bytes may wait for room. */
const bufferBytes = 268_435_456

/** The largest request that a broker with default settings reads (`socket.request.max.bytes`). */
const maxRecordBytes = 104_857_600

/** The idempotent producer keeps the order with so many requests in flight. */
const maxInFlight = 5

/** The options of the stages, from those of kafkajs. */
export function stageOptions(settings: LaneSettings, kind: LaneKind) {
  const { config, producer, retry, clientId } = settings
  const requestTimeoutMs = config.requestTimeout ?? 30_000
  const deliveryTimeoutMs = deliveryTimeoutOf(requestTimeoutMs, retry)
  const isEnforced = config.enforceRequestTimeout ?? true
  return {
    deliveryTimeoutMs,
    maxBlockMs: deliveryTimeoutMs,
    bufferBytes,
    maxRecordBytes,
    sender: senderOptions(settings, kind),
    network: {
      clientId,
      bootstrapServers: () => settings.servers(),
      requestTimeoutMs: isEnforced ? atLeastOne(requestTimeoutMs) : longestTimerMs,
      maxInFlight: Math.min(producer.maxInFlightRequests ?? maxInFlight, maxInFlight),
      connectionSetupTimeoutMs:
        (config.connectionTimeout ?? 1_000) + (config.authenticationTimeout ?? 10_000),
      metadataMaxAgeMs: atLeastOne(producer.metadataMaxAge ?? 300_000),
      allowAutoTopicCreation: producer.allowAutoTopicCreation ?? true,
      // kafkajs never refused to send a password without TLS.
      allowInsecureSasl: true,
    },
  }
}

/** So that an attempt that takes all its time is told by its own error, and not by the end of the whole. */
const slackMs = 1_000

/**
 * Retries that are counted may take as long as all attempts and pauses together. Without a count one attempt and all pauses are the
 * limit: within that time there is no limit to the attempts.
 */
function deliveryTimeoutOf(requestTimeoutMs: number, retry: Retry): number {
  const attempts = retry.isLimited ? retry.retries + 1 : 1
  return Math.min(attempts * requestTimeoutMs + pausesTogether(retry) + slackMs, longestTimerMs)
}

/** The options of the stages of one lane. */
export type StageOptions = ReturnType<typeof stageOptions>

function senderOptions({ producer, retry }: LaneSettings, kind: LaneKind) {
  const { acks, timeout, transactionalId } = kind
  return {
    acks: acks === -1 ? ('all' as const) : acks,
    requestTimeoutMs: atLeastOne(timeout),
    retryBackoffMs: Math.round(retry.initialRetryTime),
    retryBackoffMaxMs: Math.round(Math.max(retry.maxRetryTime, retry.initialRetryTime)),
    ...(retry.isLimited ? { retries: retry.retries } : {}),
    ...(transactionalId === undefined
      ? {}
      : { transactionalId, transactionTimeoutMs: producer.transactionTimeout ?? 60_000 }),
  }
}

function atLeastOne(ms: number): number {
  return Math.min(Math.max(Math.round(ms), 1), longestTimerMs)
}
