import { type Partitioner, uniformStickyPartitioner } from '@sluice/partitioner'
import { KafkaError } from '@sluice/protocol'
import type {
  Producer,
  ProducerInterceptor,
  SendingHalf,
  Serializer,
  Transaction,
} from '../../src/index.js'
import { loadTransactions } from '../../src/transactions/late-transactions.js'
import { PacedProducer } from '../intake/paced-producer.js'
import { silentSendingHalf } from '../intake/silent-sending-half.js'
import { ScriptedTransactions } from './scripted-transactions.js'

// The transactions of the first producer of a process would begin later than all others.
await loadTransactions()

export const good = { topic: 't', value: 'good' }
/** Over the `maxRequestBytes` of the stand. */
export const tooLarge = { topic: 't', value: 'x'.repeat(20_000) }
export const maxBlockMs = 500
/** A commit waits for a hundredth more than other calls. */
export const commitMs = 505

export const refused = new KafkaError('TOPIC_AUTHORIZATION_FAILED', 'told by the test', {
  topic: 't',
  partition: 0,
  persisted: 'no',
})
export const fenced = new KafkaError('PRODUCER_FENCED', 'another producer has the id')

/** How a promise has ended, if it has. */
export interface Outcome<T> {
  ended: boolean
  result?: T
  error?: KafkaError
}

export function outcomeOf<T>(work: Promise<T>): Outcome<T> {
  const outcome: Outcome<T> = { ended: false }
  work.then(
    (result) => Object.assign(outcome, { ended: true, result }),
    (error: unknown) => Object.assign(outcome, { ended: true, error }),
  )
  return outcome
}

/** A transactional producer on a manual clock. The test is the brokers, and the coordinator. */
export class TransactionalStand {
  readonly transactions = new ScriptedTransactions()
  readonly paced: PacedProducer
  readonly producer: Producer
  /** What `onDeliveryError` was told. */
  readonly unheard: KafkaError[] = []

  constructor({
    sendingHalf = {},
    partitioner = uniformStickyPartitioner(),
    interceptors = [],
    ...serializers
  }: {
    sendingHalf?: Partial<SendingHalf>
    partitioner?: Partitioner
    interceptors?: readonly ProducerInterceptor[]
    valueSerializer?: Serializer<unknown>
  } = {}) {
    const { transactions } = this
    this.paced = new PacedProducer({
      partitioner,
      interceptors,
      ...serializers,
      maxRequestBytes: 16_384,
      sendingHalf: { ...silentSendingHalf, transactions, ...sendingHalf },
      onDeliveryError: (error) => this.unheard.push(error),
    })
    this.producer = this.paced.producer
    transactions.onAborted = () => this.paced.failTheRest('ABORTED')
    this.paced.learn()
  }

  /** A stand with an open transaction. */
  static async begun(): Promise<{ stand: TransactionalStand; tx: Transaction }> {
    const stand = new TransactionalStand()
    return { stand, tx: await stand.producer.beginTransaction() }
  }

  /** How the work has ended when nothing is left to do but to wait. */
  async settled<T>(work: Promise<T>): Promise<Outcome<T>> {
    const outcome = outcomeOf(work)
    await this.settle()
    return outcome
  }

  async settle(): Promise<void> {
    await this.paced.clock.settle()
  }

  get log(): readonly string[] {
    return this.paced.clock.logged.map(({ level, message }) => `${level}: ${message}`)
  }
}
