import { Buffer } from 'node:buffer'
import { jsonSerializer, type Serializer } from '@sluice/producer'

/** Gives the id of a schema, as the client of a schema registry does. */
export type Register = (subject: string, schema: string) => Promise<number>

/** Writes JSON as Confluent's serializers do: a zero byte, the id of the schema in four bytes, and the text. */
export function registeredJson<T>(schema: string, register: Register): Serializer<T> {
  const json = jsonSerializer<T>()
  const ids = new SchemaIds((topic) => register(`${topic}-value`, schema))
  return {
    serialize(topic, data) {
      const text = json.serialize(topic, data)
      const id = ids.of(topic)
      return typeof id === 'number' ? framed(id, text) : id.then((known) => framed(known, text))
    },
  }
}

/** The id of each topic's schema. It is asked for once, however many records wait for the answer. */
class SchemaIds {
  readonly #ask: (topic: string) => Promise<number>
  readonly #ids = new Map<string, number | Promise<number>>()

  constructor(ask: (topic: string) => Promise<number>) {
    this.#ask = ask
  }

  of(topic: string): number | Promise<number> {
    return this.#ids.get(topic) ?? this.#begin(topic)
  }

  #begin(topic: string): Promise<number> {
    const asked = this.#ask(topic)
    this.#ids.set(topic, asked)
    asked.then(
      (id) => this.#ids.set(topic, id),
      // The records that wait fail, and the next one asks again.
      () => this.#ids.delete(topic),
    )
    return asked
  }
}

function framed(id: number, text: string): Uint8Array {
  const bytes = Buffer.alloc(5 + Buffer.byteLength(text))
  bytes.writeUInt32BE(id, 1)
  bytes.write(text, 5)
  return bytes
}
