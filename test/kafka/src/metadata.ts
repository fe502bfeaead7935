import { request, type Address } from './request.js'
import { waitFor } from './wait-for.js'
import { encode, type WireReader } from './wire.js'

/** What one broker knows of the cluster. */
export interface Metadata {
  readonly brokers: readonly MetadataBroker[]
  readonly topics: readonly MetadataTopic[]
  /** The broker that takes changes of topics. In a cluster with KRaft any broker does, and this is one of them. */
  readonly controller: MetadataBroker | undefined
}

export interface MetadataBroker extends Address {
  readonly id: number
}

export interface MetadataTopic {
  readonly errorCode: number
  readonly name: string
  readonly partitions: readonly MetadataPartition[]
}

export interface MetadataPartition {
  readonly partition: number
  /** The broker's id, or -1. */
  readonly leader: number
  /** The ids of the brokers that are in sync. */
  readonly inSync: readonly number[]
}

const metadataApi = 3

/** Asks a broker for the brokers that are alive, and for the given topics. */
export async function fetchMetadata(
  address: Address,
  topics: readonly string[] = [],
): Promise<Metadata> {
  const body = Buffer.concat([encode.array(topics.map(encode.string)), encode.boolean(false)])
  const answer = await request(address, metadataApi, 4, body)
  answer.int32() // throttle time
  const brokers = answer.array(() => readBroker(answer))
  answer.string() // cluster id
  const controllerId = answer.int32()
  const controller = brokers.find(({ id }) => id === controllerId)
  return { brokers, controller, topics: answer.array(() => readTopic(answer)) }
}

/** The broker of the cluster that takes changes of topics, as the first of these brokers knows it. */
export async function controllerOf([broker]: readonly Address[]): Promise<MetadataBroker> {
  if (broker === undefined) throw new Error('No broker is running.')
  return waitFor(
    'the cluster has a controller',
    async () => (await tryMetadata(broker))?.controller,
  )
}

/** Like `fetchMetadata`, but undefined from a broker that does not answer. */
export async function tryMetadata(
  address: Address,
  topics: readonly string[] = [],
): Promise<Metadata | undefined> {
  return fetchMetadata(address, topics).catch(() => undefined)
}

function readBroker(answer: WireReader): MetadataBroker {
  const broker = { id: answer.int32(), host: answer.string(), port: answer.int32() }
  answer.string() // rack
  return broker
}

function readTopic(answer: WireReader): MetadataTopic {
  const errorCode = answer.int16()
  const name = answer.string()
  answer.boolean() // internal
  const partitions = answer.array(() => readPartition(answer))
  return { errorCode, name, partitions }
}

function readPartition(answer: WireReader): MetadataPartition {
  answer.int16() // error code
  const [partition, leader] = [answer.int32(), answer.int32()]
  answer.array(() => answer.int32()) // replicas
  return { partition, leader, inSync: answer.array(() => answer.int32()) }
}
