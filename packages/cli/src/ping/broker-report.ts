import {
  addOffsetsToTxnApi,
  addPartitionsToTxnApi,
  apiVersionsApi,
  endTxnApi,
  errorCodeOf,
  findCoordinatorApi,
  getTelemetrySubscriptionsApi,
  initProducerIdApi,
  KafkaError,
  metadataApi,
  produceApi,
  pushTelemetryApi,
  saslAuthenticateApi,
  saslHandshakeApi,
  txnOffsetCommitApi,
  type ResponseOf,
} from '@sluice/protocol'
import type { CliIo } from '../cli-io.js'
import { errorText } from '../command-line/error-text.js'
import type { Conversation } from '../connection/conversation.js'

/** The APIs that a producer uses. */
const apis = [
  apiVersionsApi,
  metadataApi,
  produceApi,
  initProducerIdApi,
  findCoordinatorApi,
  addPartitionsToTxnApi,
  addOffsetsToTxnApi,
  txnOffsetCommitApi,
  endTxnApi,
  saslHandshakeApi,
  saslAuthenticateApi,
  getTelemetrySubscriptionsApi,
  pushTelemetryApi,
]

/** The versions of one API. */
export interface ApiReport {
  readonly name: string
  /** What the broker has, lowest and highest; null where it does not have the API. */
  readonly broker: readonly [min: number, max: number] | null
  /** What this client has. */
  readonly client: readonly [min: number, max: number]
  /** The version that they speak; null where they have none in common. */
  readonly spoken: number | null
}

/** A feature of the cluster (KIP-584). */
export interface FeatureReport {
  /** The level that holds in the whole cluster. */
  readonly level: number
  /** The highest level that this broker could have; null where it does not say. */
  readonly supported: number | null
}

/** What one broker says of itself. */
export interface BrokerReport {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
  /** How long its answer took, in milliseconds, without the connection; null where none came. */
  readonly answerMs: number | null
  /** Why none came. */
  readonly error: string | null
  readonly apis: readonly ApiReport[]
  readonly features: Readonly<Record<string, FeatureReport>>
}

/** What the metadata says of a broker. */
export type BrokerAddress = ResponseOf<typeof metadataApi>['brokers'][number]

type Versions = ResponseOf<typeof apiVersionsApi>

/** The client's name in the request: letters and digits, as Kafka's rule has it. */
const software = { clientSoftwareName: 'sluice', clientSoftwareVersion: 'ping' }

/** Asks a broker at its own address. It never rejects for what the broker does. */
export async function askBroker(
  { nodeId: id, host, port, rack }: BrokerAddress,
  conversation: Conversation,
  io: Pick<CliIo, 'now'>,
): Promise<BrokerReport> {
  const address = { id, host, port, rack }
  try {
    await conversation.ready(id)
    const from = io.now()
    const versions = await conversation.ask(id, { api: apiVersionsApi, build: () => software })
    const answerMs = io.now() - from
    const code = errorCodeOf(versions.errorCode)
    if (code !== null) throw new KafkaError(code, `broker ${id} refused ApiVersions`)
    return { ...address, answerMs, error: null, ...versionsOf(versions) }
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return { ...address, answerMs: null, error: errorText(error), apis: [], features: {} }
  }
}

function versionsOf(versions: Versions): Pick<BrokerReport, 'apis' | 'features'> {
  const ranges = new Map(versions.apiKeys.map((range) => [range.apiKey, range]))
  const supported = new Map(
    versions.supportedFeatures.map(({ name, maxVersion }) => [name, maxVersion]),
  )
  const features = versions.finalizedFeatures.map(({ name, maxVersionLevel }) => [
    name,
    { level: maxVersionLevel, supported: supported.get(name) ?? null },
  ])
  return {
    apis: apis.map((api) => apiReport(api, ranges.get(api.key))),
    features: Object.fromEntries(features),
  }
}

function apiReport(
  { name, minVersion, maxVersion }: (typeof apis)[number],
  range: Versions['apiKeys'][number] | undefined,
): ApiReport {
  const client = [minVersion, maxVersion] as const
  if (range === undefined) return { name, broker: null, client, spoken: null }
  const spoken = Math.min(maxVersion, range.maxVersion)
  const isCommon = spoken >= minVersion && spoken >= range.minVersion
  return {
    name,
    broker: [range.minVersion, range.maxVersion],
    client,
    spoken: isCommon ? spoken : null,
  }
}
