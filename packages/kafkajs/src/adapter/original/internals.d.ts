/** Files of kafkajs that are small and load nothing of its client. Its types name none of them. */

declare module 'kafkajs-original/src/errors.js' {
  import type * as original from 'kafkajs-original'

  export interface ErrorLike {
    readonly message: string
    readonly stack?: string | undefined
    readonly retriable?: boolean
  }
  export type Class<Args extends unknown[], Instance> = new (...args: Args) => Instance
  export type Types = typeof original
  export type Made<Name extends keyof Types> = Types[Name] extends abstract new (
    ...args: never
  ) => infer Instance
    ? Instance
    : never
  export type Plain<Name extends keyof Types> = Class<[message: string | ErrorLike], Made<Name>>
  export interface ConnectionClosedError extends Made<'KafkaJSConnectionError'> {
    readonly host: string
    readonly port: number
  }

  const errors: {
    readonly KafkaJSError: Class<
      [message: string | ErrorLike, details?: { retriable?: boolean; cause?: unknown }],
      Made<'KafkaJSError'>
    >
    readonly KafkaJSNonRetriableError: Class<
      [message: string | ErrorLike, details?: { cause?: unknown }],
      Made<'KafkaJSNonRetriableError'>
    >
    readonly KafkaJSConnectionError: Class<
      [message: string, details?: { broker?: string | undefined; code?: string | undefined }],
      Made<'KafkaJSConnectionError'>
    >
    readonly KafkaJSConnectionClosedError: Class<
      [message: string, details: { host: string; port: number }],
      ConnectionClosedError
    >
    readonly KafkaJSNumberOfRetriesExceeded: Class<
      [error: ErrorLike, details: { retryCount: number; retryTime: number }],
      Made<'KafkaJSNumberOfRetriesExceeded'>
    >
    readonly KafkaJSRequestTimeoutError: Types['KafkaJSRequestTimeoutError']
    readonly KafkaJSOffsetOutOfRange: Types['KafkaJSOffsetOutOfRange']
    readonly KafkaJSTopicMetadataNotLoaded: Types['KafkaJSTopicMetadataNotLoaded']
    readonly KafkaJSStaleTopicMetadataAssignment: Types['KafkaJSStaleTopicMetadataAssignment']
    readonly KafkaJSDeleteGroupsError: Types['KafkaJSDeleteGroupsError']
    readonly KafkaJSDeleteTopicRecordsError: Types['KafkaJSDeleteTopicRecordsError']
    readonly KafkaJSAggregateError: Types['KafkaJSAggregateError']
    readonly KafkaJSAlterPartitionReassignmentsError: Types['KafkaJSAlterPartitionReassignmentsError']
    readonly KafkaJSServerDoesNotSupportApiKey: Types['KafkaJSServerDoesNotSupportApiKey']
    readonly KafkaJSProtocolError: Plain<'KafkaJSProtocolError'>
    readonly KafkaJSMetadataNotLoaded: Plain<'KafkaJSMetadataNotLoaded'>
    readonly KafkaJSSASLAuthenticationError: Plain<'KafkaJSSASLAuthenticationError'>
    readonly KafkaJSNotImplemented: Plain<'KafkaJSNotImplemented'>
    readonly KafkaJSBrokerNotFound: Plain<'KafkaJSBrokerNotFound'>
    readonly KafkaJSPartialMessageError: Plain<'KafkaJSPartialMessageError'>
    readonly KafkaJSGroupCoordinatorNotFound: Plain<'KafkaJSGroupCoordinatorNotFound'>
    readonly KafkaJSTimeout: Plain<'KafkaJSTimeout'>
    readonly KafkaJSLockTimeout: Plain<'KafkaJSLockTimeout'>
    readonly KafkaJSUnsupportedMagicByteInMessageSet: Plain<'KafkaJSUnsupportedMagicByteInMessageSet'>
    readonly KafkaJSNoBrokerAvailableError: Class<[], Made<'KafkaJSError'>>
    readonly KafkaJSInvariantViolation: Plain<'KafkaJSNonRetriableError'>
    readonly KafkaJSInvalidVarIntError: Plain<'KafkaJSNonRetriableError'>
    readonly KafkaJSInvalidLongError: Plain<'KafkaJSNonRetriableError'>
    readonly KafkaJSMemberIdRequired: Class<
      [error: ErrorLike, details: { memberId: string }],
      Made<'KafkaJSProtocolError'>
    >
    readonly KafkaJSCreateTopicError: Class<
      [error: ErrorLike, topic: string],
      Made<'KafkaJSProtocolError'>
    >
    readonly KafkaJSFetcherRebalanceError: Class<[message?: string], Error>
  }
  export default errors
}

declare module 'kafkajs-original/src/protocol/error.js' {
  import type * as original from 'kafkajs-original'

  const protocol: {
    createErrorFromCode(code: number): InstanceType<typeof original.KafkaJSProtocolError>
  }
  export default protocol
}

declare module 'kafkajs-original/src/protocol/message/compression/index.js' {
  import type * as original from 'kafkajs-original'

  /** What a plug-in of kafkajs gives. Its `compress` reads `buffer` of what it is given. */
  export interface KafkajsCodec {
    compress(encoder: { readonly buffer: Buffer }): Promise<Buffer> | Buffer
    decompress(buffer: Buffer): Promise<Buffer> | Buffer
  }
  const compression: {
    readonly Types: typeof original.CompressionTypes
    readonly Codecs: typeof original.CompressionCodecs
  }
  export default compression
}

declare module 'kafkajs-original/src/producer/partitioners/index.js' {
  import type * as original from 'kafkajs-original'

  const partitioners: typeof original.Partitioners
  export default partitioners
}

declare module 'kafkajs-original/src/consumer/assigners/index.js' {
  import type * as original from 'kafkajs-original'

  const assigners: typeof original.PartitionAssigners
  export default assigners
}

declare module 'kafkajs-original/src/consumer/assignerProtocol.js' {
  import type * as original from 'kafkajs-original'

  const protocol: typeof original.AssignerProtocol
  export default protocol
}

declare module 'kafkajs-original/src/protocol/configResourceTypes.js' {
  import type * as original from 'kafkajs-original'

  const types: typeof original.ConfigResourceTypes
  export default types
}

declare module 'kafkajs-original/src/protocol/configSource.js' {
  import type * as original from 'kafkajs-original'

  const sources: typeof original.ConfigSource
  export default sources
}

declare module 'kafkajs-original/src/protocol/aclResourceTypes.js' {
  import type * as original from 'kafkajs-original'

  const types: typeof original.AclResourceTypes
  export default types
}

declare module 'kafkajs-original/src/protocol/aclOperationTypes.js' {
  import type * as original from 'kafkajs-original'

  const types: typeof original.AclOperationTypes
  export default types
}

declare module 'kafkajs-original/src/protocol/aclPermissionTypes.js' {
  import type * as original from 'kafkajs-original'

  const types: typeof original.AclPermissionTypes
  export default types
}

declare module 'kafkajs-original/src/protocol/resourcePatternTypes.js' {
  import type * as original from 'kafkajs-original'

  const types: typeof original.ResourcePatternTypes
  export default types
}
