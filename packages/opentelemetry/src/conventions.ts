/** The version of OpenTelemetry's semantic conventions by which spans and metrics are named. */
export const conventionsVersion = '1.43.0'

/** What a scope of spans or metrics carries, so that a backend can translate the names to those of another version. */
export const schemaUrl = `https://opentelemetry.io/schemas/${conventionsVersion}`

/** Names of attributes. The package of the conventions itself is not loaded, for these few names. */
export const attribute = {
  system: 'messaging.system',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  destinationName: 'messaging.destination.name',
  partitionId: 'messaging.destination.partition.id',
  clientId: 'messaging.client.id',
  offset: 'messaging.kafka.offset',
  key: 'messaging.kafka.message.key',
  tombstone: 'messaging.kafka.message.tombstone',
  errorType: 'error.type',
} as const

/** Names of metrics. */
export const metric = {
  sentMessages: 'messaging.client.sent.messages',
  operationDuration: 'messaging.client.operation.duration',
} as const

export const system = 'kafka'

/** The name and the type of what a producer does. */
export const operation = 'send'
