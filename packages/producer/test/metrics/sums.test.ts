import { type ErrorCode, KafkaError, type ProducerRecord } from '@sluice/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PacedProducer, reactions } from '../intake/paced-producer.js'

/** Each sends so many records in its own way, or has something happen to those that were sent. */
const steps = [
  'send',
  'send, aborted at once',
  'send, aborted later',
  'send with a signal',
  'sendMany',
  'enqueue',
  'enqueue with a callback',
  'send too large',
  'send nonsense',
  'sendMany with nonsense',
  'sendMany, aborted later',
  'enqueue nonsense',
  'unknown topic',
  'acknowledge',
  'refuse',
  'wait',
  'abort',
] as const

type Step = (typeof steps)[number]

const large = 'v'.repeat(6_000)
const nonsense = { topic: 't', value: 7 } as unknown as ProducerRecord

/** A producer, and what its callers were told. */
class Told {
  readonly paced = new PacedProducer({
    maxRequestBytes: 8_192,
    onDeliveryError: (error) => this.failed(error.code),
  })
  given = 0
  acknowledged = 0
  readonly failures: Partial<Record<ErrorCode, number>> = {}
  /** Records of calls of `sendMany` that were aborted or have failed, of which some may have been acknowledged. */
  uncertain = 0
  readonly #controllers: AbortController[] = []

  constructor() {
    this.paced.learn('t', 2)
  }

  get failed(): (code: ErrorCode) => void {
    return (code) => (this.failures[code] = (this.failures[code] ?? 0) + 1)
  }

  take(step: Step, count: number): void {
    switch (step) {
      case 'acknowledge':
        return void this.paced.acknowledge()
      case 'refuse':
        return this.paced.refuse(new KafkaError('NOT_ENOUGH_REPLICAS', 'told by the test'))
      case 'wait':
        return this.paced.clock.advance(600)
      case 'abort':
        for (const controller of this.#controllers.splice(0)) controller.abort()
        return
      case 'sendMany':
        return this.#sendMany(Array.from({ length: count }, () => ({ topic: 't', value: large })))
      case 'sendMany, aborted later':
        return this.#sendManyAbortably(count)
      case 'sendMany with nonsense':
        return this.#sendMany([{ topic: 't', value: 'v' }, nonsense])
      default:
        for (let i = 0; i < count; i++) this.#takeOne(step)
    }
  }

  #takeOne(step: Step): void {
    const controller = new AbortController()
    const { signal } = controller
    switch (step) {
      case 'send':
        return this.#send({ topic: 't', value: large })
      case 'send too large':
        return this.#send({ topic: 't', value: large + large })
      case 'send nonsense':
        return this.#send(nonsense)
      case 'unknown topic':
        return this.#send({ topic: 'unknown', value: 'v' })
      case 'send, aborted at once':
        this.#send({ topic: 't', value: large }, signal)
        return controller.abort()
      case 'send, aborted later':
        this.#controllers.push(controller)
        return this.#send({ topic: 't', value: large }, signal)
      case 'send with a signal':
        return this.#send({ topic: 't', value: large }, signal)
      case 'enqueue':
        return this.#enqueue({ topic: 't', value: large }, false)
      case 'enqueue with a callback':
        return this.#enqueue({ topic: 't', value: large }, true)
      case 'enqueue nonsense':
        return this.#enqueue(nonsense, true)
    }
  }

  #send(record: ProducerRecord, signal?: AbortSignal): void {
    this.given++
    this.paced.producer.send(record, signal && { signal }).then(
      () => this.acknowledged++,
      (error: KafkaError) => this.failed(error.code),
    )
  }

  #sendMany(records: readonly ProducerRecord[]): void {
    this.given += records.length
    this.paced.producer.sendMany(records).then(
      (all) => (this.acknowledged += all.length),
      (error: KafkaError) => {
        for (const result of error.results ?? records.map(() => error))
          if (result instanceof KafkaError) this.failed(result.code)
          else this.acknowledged++
      },
    )
  }

  /** Records that have settled before the abort were told to nobody, and count by their ends. */
  #sendManyAbortably(count: number): void {
    const controller = new AbortController()
    this.#controllers.push(controller)
    this.given += count
    const records = Array.from({ length: count }, () => ({ topic: 't', value: large }))
    this.paced.producer.sendMany(records, { signal: controller.signal }).then(
      (all) => (this.acknowledged += all.length),
      () => (this.uncertain += count),
    )
  }

  #enqueue(record: ProducerRecord, withCallback: boolean): void {
    this.given++
    const told = (error: KafkaError | null): void => {
      if (error === null) this.acknowledged++
      else this.failed(error.code)
    }
    try {
      if (withCallback) this.paced.producer.enqueue(record, told)
      else this.paced.producer.enqueue(record)
    } catch (error) {
      this.failed((error as KafkaError).code)
    }
  }
}

const someSteps = fc.array(fc.tuple(fc.constantFrom(...steps), fc.integer({ min: 1, max: 6 })), {
  minLength: 1,
  maxLength: 30,
})

test('what metrics() counts adds up to what callers were told, however their records end', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(someSteps, async (taken) => {
      const told = new Told()
      const { producer } = told.paced
      for (const [step, count] of taken) {
        told.take(step, count)
        const { recordSendTotal, recordsPending } = producer.metrics()
        expect(recordSendTotal).toBe(told.given)
        expect(recordsPending).toBeGreaterThanOrEqual(0)
      }
      const closed = producer.close({ timeoutMs: 0 })
      for (let i = 0; i < 5; i++) {
        await reactions()
        told.paced.clock.advance(1)
        told.paced.failTheRest()
      }
      await closed
      await reactions()
      const metrics = producer.metrics()
      const { recordAckTotal, recordErrorTotal, recordErrors } = metrics
      expect(metrics).toMatchObject({ recordSendTotal: told.given, recordsPending: 0 })
      expect(recordAckTotal + recordErrorTotal).toBe(told.given)
      if (told.uncertain > 0) return
      expect(recordErrors).toEqual(told.failures)
      const failures = Object.values(told.failures).reduce((sum, count) => sum + count, 0)
      expect(recordErrorTotal).toBe(failures)
      for (const code of Object.keys(told.failures)) seen.add(code)
    }),
    { numRuns: 200, seed: 1 },
  )
  // The endings that the runs were to have.
  expect([...seen].sort()).toEqual([
    'ABORTED',
    'BUFFER_FULL',
    'INVALID_ARGUMENT',
    'METADATA_TIMEOUT',
    'NOT_ENOUGH_REPLICAS',
    'PRODUCER_CLOSED',
    'RECORD_TOO_LARGE',
  ])
})
