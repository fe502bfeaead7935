import { Buffer } from 'node:buffer'
import { type SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { KafkaError, type Serializer } from '@sluice/producer'

/** A schema as the registry takes it: Avro and JSON schemas in JSON, Protobuf as the text of a `.proto` file. */
export interface GivenSchema {
  readonly type: SchemaType.AVRO | SchemaType.JSON | SchemaType.PROTOBUF
  readonly schema: string
}

/** The name under which the registry keeps the schema of a topic. */
export type SubjectOf = (topic: string) => string

/** As Confluent's serializers for Java name it when nothing is set: TopicNameStrategy. */
export const byTopic: SubjectOf = (topic) => `${topic}-value`

/** One subject for all topics, as RecordNameStrategy names it: `com.example.Order`. */
export const byRecord =
  (record: string): SubjectOf =>
  () =>
    record

/**
 * Writes values by a schema that is registered with the first value of each topic: a zero byte, the id of the schema in four
 * bytes, and the value. Each subject is registered once, however many values wait for the answer; later values do not wait.
 */
export function registrySerializer<T>(
  registry: SchemaRegistry,
  schema: GivenSchema,
  subjectOf: SubjectOf = byTopic,
): Serializer<T> {
  const writers = new Writers(registry, schema)
  return {
    serialize(topic, data) {
      const writer = writers.of(subjectOf(topic))
      return writer instanceof Promise ? writer.then((known) => known(data)) : writer(data)
    },
  }
}

type Writer = (data: unknown) => Uint8Array

/** By subject. */
class Writers {
  readonly #registry: SchemaRegistry
  readonly #schema: GivenSchema
  readonly #writers = new Map<string, Writer | Promise<Writer>>()

  constructor(registry: SchemaRegistry, schema: GivenSchema) {
    this.#registry = registry
    this.#schema = schema
  }

  of(subject: string): Writer | Promise<Writer> {
    return this.#writers.get(subject) ?? this.#begin(subject)
  }

  #begin(subject: string): Promise<Writer> {
    const asked = this.#ask(subject)
    this.#writers.set(subject, asked)
    asked.then(
      (writer) => this.#writers.set(subject, writer),
      // The values that wait fail, and the next one asks again.
      () => this.#writers.delete(subject),
    )
    return asked
  }

  async #ask(subject: string): Promise<Writer> {
    try {
      const { id } = await this.#registry.register(this.#schema, { subject })
      const head = headOf(id, this.#schema.type)
      const schema = await this.#registry.getSchema(id)
      return (data) => Buffer.concat([head, schema.toBuffer(data as object)])
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : 'it gave no reason'
      const words = `the schema registry gave no id for the subject ${subject}: ${why}`
      throw new KafkaError('SERIALIZATION_FAILED', words, { cause })
    }
  }
}

/** Protobuf has one zero byte more, which the package leaves out: Java's readers expect to be told the message of the file. */
function headOf(id: number, type: SchemaType): Buffer {
  const head = Buffer.alloc(type === SchemaType.PROTOBUF ? 6 : 5)
  head.writeUInt32BE(id, 1)
  return head
}
