import { createRequire } from 'node:module'
import type { Kafka } from 'kafkajs-original'

type KafkaClass = typeof Kafka

/** By a name that no override of `kafkajs` in the package.json of a program can lead back to us. */
let load = (): KafkaClass => {
  const original: { readonly Kafka: KafkaClass } = createRequire(import.meta.url)(
    'kafkajs-original',
  )
  return original.Kafka
}

/** Says where the client of kafkajs comes from. The published package does, with a `require` that bundlers can follow. */
export function loadOriginalBy(loader: () => KafkaClass): void {
  load = loader
}

/** The client of kafkajs, loaded with the first consumer or admin: who only produces does not pay for it. */
export function originalClient(): KafkaClass {
  return load()
}
