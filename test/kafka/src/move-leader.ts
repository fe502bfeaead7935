import { request, type Address } from './request.js'
import { encode, type WireReader } from './wire.js'

const alterPartitionReassignmentsApi = 45
const electLeadersApi = 43
const preferred = 0
const electionNotNeeded = 84
const timeoutMs = 60_000

/** A partition, and the brokers that hold it now, by id. The first of them is to lead it. */
export interface LeaderMove {
  readonly topic: string
  readonly partition: number
  readonly replicas: readonly number[]
}

/** Gives a partition the leader that stands first: it becomes the preferred one, and then is elected. Nothing is copied. */
export async function moveLeader(broker: Address, move: LeaderMove): Promise<void> {
  await prefer(broker, move)
  await elect(broker, move)
}

async function prefer(broker: Address, { topic, partition, replicas }: LeaderMove): Promise<void> {
  const { int32, compactString, compactArray, noTags } = encode
  const brokers = compactArray(replicas.map(int32))
  const partitions = compactArray([Buffer.concat([int32(partition), brokers, noTags])])
  const topics = compactArray([Buffer.concat([compactString(topic), partitions, noTags])])
  // The first tags end the header.
  const body = Buffer.concat([noTags, int32(timeoutMs), topics, noTags])
  const answer = await request(broker, alterPartitionReassignmentsApi, 0, body, timeoutMs)
  answer.tags()
  answer.int32() // throttle time
  check('prefer it', answer.int16())
  answer.compactString() // error message
  answer.compactArray(() => readPartitions(answer))
}

function readPartitions(answer: WireReader): void {
  answer.compactString() // topic
  answer.compactArray(() => {
    answer.int32() // partition
    check('prefer it', answer.int16())
    answer.compactString() // error message
    answer.tags()
  })
  answer.tags()
}

async function elect(broker: Address, { topic, partition }: LeaderMove): Promise<void> {
  const partitions = encode.array([encode.int32(partition)])
  const topics = encode.array([Buffer.concat([encode.string(topic), partitions])])
  const body = Buffer.concat([encode.int8(preferred), topics, encode.int32(timeoutMs)])
  const answer = await request(broker, electLeadersApi, 1, body, timeoutMs)
  answer.int32() // throttle time
  check('elect it', answer.int16())
  answer.array(() => {
    answer.string() // topic
    answer.array(() => {
      answer.int32() // partition
      check('elect it', answer.int16())
      answer.string() // error message
    })
  })
}

function check(what: string, errorCode: number): void {
  if (errorCode === 0 || errorCode === electionNotNeeded) return
  throw new Error(`Kafka did not move the leader, it would not ${what}: error ${errorCode}.`)
}
