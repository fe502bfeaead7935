import { controllerOf, tryMetadata, type MetadataBroker } from './metadata.js'
import { request, type Address } from './request.js'
import { waitFor } from './wait-for.js'
import { encode, type WireReader } from './wire.js'

const timeoutMs = 30_000
const unknownTopic = 3
const notOnlyChecked = encode.boolean(false)

/** Deletes a topic and waits until none of the brokers knows it any more. */
export async function deleteTopic(brokers: readonly MetadataBroker[], name: string): Promise<void> {
  const body = [encode.array([encode.string(name)]), encode.int32(timeoutMs)]
  const answer = await ask(brokers, 20, 1, body)
  answer.int32() // throttle time
  answer.array(() => check(`delete the topic ${answer.string()}`, answer.int16()))
  await waitFor(`${name} is gone`, async () => {
    const views = await Promise.all(brokers.map((broker) => tryMetadata(broker, [name])))
    return views.every((view) => view?.topics[0]?.errorCode === unknownTopic)
  })
}

/** Gives a topic more partitions. */
export async function addPartitions(
  brokers: readonly MetadataBroker[],
  topic: string,
  partitions: number,
): Promise<void> {
  const placedByKafka = encode.int32(-1)
  const wanted = Buffer.concat([encode.string(topic), encode.int32(partitions), placedByKafka])
  const body = [encode.array([wanted]), encode.int32(timeoutMs), notOnlyChecked]
  const answer = await ask(brokers, 37, 0, body)
  answer.int32() // throttle time
  answer.array(() => check(`grow the topic ${answer.string()}`, answer.int16(), answer.string()))
}

/** Sets configs of a topic; the others stay. Brokers follow a moment later. */
export async function configureTopic(
  brokers: readonly MetadataBroker[],
  topic: string,
  configs: Readonly<Record<string, string>>,
): Promise<void> {
  const [ofTopic, set] = [Buffer.of(2), Buffer.of(0)]
  const entries = Object.entries(configs).map(([name, value]) =>
    Buffer.concat([encode.string(name), set, encode.string(value)]),
  )
  const resource = Buffer.concat([ofTopic, encode.string(topic), encode.array(entries)])
  const answer = await ask(brokers, 44, 0, [encode.array([resource]), notOnlyChecked])
  answer.int32() // throttle time
  check(`configure the topic ${topic}`, ...answer.array(() => errorOf(answer))[0]!)
}

async function ask(
  brokers: readonly Address[],
  apiKey: number,
  version: number,
  body: readonly Buffer[],
): Promise<WireReader> {
  const controller = await controllerOf(brokers)
  return request(controller, apiKey, version, Buffer.concat(body), timeoutMs)
}

function errorOf(answer: WireReader): [errorCode: number, message: string] {
  const error: [number, string] = [answer.int16(), answer.string()]
  answer.boolean() // the type of the resource
  answer.string()
  return error
}

function check(what: string, errorCode: number, message = ''): void {
  if (errorCode !== 0) throw new Error(`Kafka did not ${what}: error ${errorCode}, ${message}`)
}
