import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { KafkaError, ProducerRecord, RecordMetadata } from '@sluice/protocol'
import { expectTypeOf } from 'vitest'
import {
  createProducer,
  type Logger,
  type Producer,
  jsonSerializer,
  type ProducerInterceptor,
  type ProducerOptions,
  type RecordContent,
  type RecordMetadataJson,
  type Transaction,
} from '../src/index.js'

declare const producer: Producer
declare const record: ProducerRecord

// Only the address must be given.
expectTypeOf<{ bootstrapServers: string }>().toExtend<ProducerOptions>()
// @ts-expect-error bootstrapServers is missing
createProducer({})
// @ts-expect-error there is no such option
createProducer({ bootstrapServers: 'a', brokers: ['a'] })
expectTypeOf<ReturnType<typeof createProducer>>().toEqualTypeOf<Producer>()
expectTypeOf(createProducer({ bootstrapServers: 'a' })).toEqualTypeOf<Producer>()

// A serializer gives keys and values their types.
interface Order {
  readonly total: number
}
const orders = createProducer({ bootstrapServers: 'a', valueSerializer: jsonSerializer<Order>() })
expectTypeOf(orders).toEqualTypeOf<Producer<RecordContent, Order>>()
void orders.send({ topic: 'orders', key: 'o-17', value: { total: 7 } })
void orders.send({ topic: 'orders', value: null })
void orders.transact(async (tx) => void tx.send({ topic: 'orders', value: { total: 7 } }))
// @ts-expect-error this is no order
void orders.send({ topic: 'orders', value: { totl: 7 } })
// @ts-expect-error keys are text or bytes still
void orders.send({ topic: 'orders', key: 7, value: null })
const anything = createProducer<number, unknown>({
  bootstrapServers: 'a',
  keySerializer: { serialize: (_topic, key) => String(key) },
  valueSerializer: jsonSerializer(),
})
void anything.sendMany([{ topic: 'a', key: 7, value: [1] }])
// A state of any shape, and an interceptor of any state fits.
const timed: ProducerInterceptor<{ began: number }> = {
  onSend(sent, state) {
    expectTypeOf(state.began).toEqualTypeOf<number | undefined>()
    return sent
  },
}
createProducer({ bootstrapServers: 'a', interceptors: [timed, { onAcknowledgement() {} }] })

expectTypeOf(producer.send(record)).resolves.toEqualTypeOf<RecordMetadata>()
expectTypeOf(producer.sendMany([record] as const)).resolves.toEqualTypeOf<RecordMetadata[]>()
expectTypeOf<RecordMetadata['offset']>().toEqualTypeOf<bigint>()
// JSON.stringify gives text, and the type of what it gives says so.
expectTypeOf<RecordMetadataJson['offset']>().toEqualTypeOf<string>()
expectTypeOf<RecordMetadata>().toExtend<{ toJSON?(): RecordMetadataJson }>()
// @ts-expect-error a record has a value, if only null
void producer.send({ topic: 'orders' })
// @ts-expect-error numbers are not serialized
void producer.send({ topic: 'orders', value: 7 })
void producer.send({ topic: 'orders', value: null, headers: { a: ['1', null], b: Buffer.of(1) } })
void producer.send({ topic: 'orders', value: '', headers: new Map([['a', 'b']]) })

// The context's type comes from the argument, and the callback need not name it.
producer.enqueue(
  record,
  (error, metadata, context) => {
    expectTypeOf(error).toEqualTypeOf<KafkaError | null>()
    expectTypeOf(metadata).toEqualTypeOf<RecordMetadata | null>()
    expectTypeOf(context).toEqualTypeOf<{ id: number }>()
  },
  { id: 7 },
)
producer.enqueue(record, (_error, _metadata, context) => {
  expectTypeOf(context).toEqualTypeOf<undefined>()
})
declare function onDelivery(
  error: KafkaError | null,
  metadata: RecordMetadata | null,
  context: number,
): void
expectTypeOf(producer.enqueue(record, onDelivery, 5)).toEqualTypeOf<boolean>()
// @ts-expect-error the callback wants a number
producer.enqueue(record, onDelivery, 'five')
producer.enqueue(record, () => {})
producer.enqueue(record)

expectTypeOf(producer).toExtend<AsyncDisposable>()

// The work of a transaction may give anything, and a transaction sends as the producer does.
expectTypeOf(producer.beginTransaction()).resolves.toEqualTypeOf<Transaction>()
expectTypeOf(producer.transact(async () => 7)).resolves.toEqualTypeOf<number>()
// @ts-expect-error the work is asynchronous
void producer.transact(() => 7)
expectTypeOf<Transaction['send']>().toEqualTypeOf<Producer['send']>()
expectTypeOf<Transaction['sendMany']>().toEqualTypeOf<Producer['sendMany']>()
expectTypeOf<Transaction['enqueue']>().toEqualTypeOf<Producer['enqueue']>()
expectTypeOf<Transaction>().toExtend<AsyncDisposable>()
declare const transaction: Transaction
const offset = { topic: 'orders', partition: 0 }
void transaction.sendOffsets({ groupId: 'g', offsets: [{ ...offset, offset: 7n }] })
void transaction.sendOffsets({ groupId: 'g', offsets: [{ ...offset, offset: '7' }] as const })
// @ts-expect-error an offset is missing
void transaction.sendOffsets({ groupId: 'g', offsets: [offset] })

// A stream takes records, and fits wherever Node takes a stream.
expectTypeOf(producer.writable()).toExtend<Writable>()
expectTypeOf(producer.writable().records.notSent).toEqualTypeOf<number>()
expectTypeOf(pipeline([record], producer.writable())).resolves.toEqualTypeOf<void>()

// The console that every program has is a logger as it is.
expectTypeOf(console).toExtend<Logger>()
