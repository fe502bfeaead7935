// The files of kafkajs have their types there.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./internals.d.ts" />
import type { logLevel as LogLevels } from 'kafkajs-original'
import AssignerProtocol from 'kafkajs-original/src/consumer/assignerProtocol.js'
import PartitionAssigners from 'kafkajs-original/src/consumer/assigners/index.js'
import Partitioners from 'kafkajs-original/src/producer/partitioners/index.js'
import AclOperationTypes from 'kafkajs-original/src/protocol/aclOperationTypes.js'
import AclPermissionTypes from 'kafkajs-original/src/protocol/aclPermissionTypes.js'
import AclResourceTypes from 'kafkajs-original/src/protocol/aclResourceTypes.js'
import ConfigResourceTypes from 'kafkajs-original/src/protocol/configResourceTypes.js'
import ConfigSource from 'kafkajs-original/src/protocol/configSource.js'
import compression from 'kafkajs-original/src/protocol/message/compression/index.js'
import ResourcePatternTypes from 'kafkajs-original/src/protocol/resourcePatternTypes.js'

/* What the consumer and the admin of kafkajs take and compare: the objects of kafkajs itself. */
export {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  AssignerProtocol,
  ConfigResourceTypes,
  ConfigSource,
  PartitionAssigners,
  Partitioners,
  ResourcePatternTypes,
}

/** The kinds of compression, by Kafka's numbers. */
export const CompressionTypes = compression.Types

/** The codecs by kind, to be replaced at any time. One map for the producer, and for the consumer of kafkajs. */
export const CompressionCodecs = compression.Codecs

/** The levels of the log: a logger writes what is at or below its own. */
export const logLevel: typeof LogLevels = {
  NOTHING: 0,
  ERROR: 1,
  WARN: 2,
  INFO: 4,
  DEBUG: 5,
}
