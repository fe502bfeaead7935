import type { KafkaError, ProducerRecord } from '@sluice/protocol'
import type { OffsetOfPartition, OffsetsOfGroup, Transactions } from '@sluice/sender'
import type { TopicPartitionOffset, TransactionOffsets } from '../transactions/transaction.js'
import type { MockTransaction } from './mock-producer.js'

/** Takes the place of a coordinator: each transaction ends as the program asks, unless the test says otherwise. */
export class MockTransactions implements Transactions {
  #all: History[] = []
  #commitFailure: KafkaError | null = null
  #fatal: KafkaError | null = null

  get all(): readonly MockTransaction[] {
    return [...this.#all]
  }

  get #open(): History | undefined {
    return this.#all.find(({ state }) => state === 'open')
  }

  /** A record was taken. */
  add(record: ProducerRecord): void {
    this.#open?.records.push(record)
  }

  failCommit(error: KafkaError): void {
    this.#commitFailure = error
  }

  /** Forgets the transactions that have ended. */
  clear(): void {
    this.#all = this.#all.filter(({ state }) => state === 'open')
  }

  async initialize(): Promise<void> {
    if (this.#fatal !== null) throw this.#fatal
  }

  async begin(): Promise<void> {
    await this.initialize()
    this.#all.push({ records: [], offsets: [], state: 'open' })
  }

  async sendOffsets(offsets: OffsetsOfGroup): Promise<void> {
    this.#open?.offsets.push(givenOffsets(offsets))
  }

  async end(commit: boolean): Promise<void> {
    await this.initialize()
    const failure = this.#commitFailure
    if (!commit || failure === null) return this.#end(commit ? 'committed' : 'aborted')
    this.#commitFailure = null
    if (failure.fatal) this.#fatal = failure
    throw failure
  }

  #end(state: 'committed' | 'aborted'): void {
    const open = this.#open
    if (open !== undefined) open.state = state
  }
}

interface History extends MockTransaction {
  readonly records: ProducerRecord[]
  readonly offsets: TransactionOffsets[]
  state: MockTransaction['state']
}

/** As they were given: what was left out is left out here, too. */
function givenOffsets({
  groupId,
  memberId,
  generationId,
  groupInstanceId,
  offsets,
}: OffsetsOfGroup): TransactionOffsets {
  return {
    groupId,
    ...(generationId < 0 ? {} : { memberId, generationId }),
    ...(groupInstanceId === null ? {} : { groupInstanceId }),
    offsets: offsets.map(givenOffset),
  }
}

function givenOffset({
  leaderEpoch,
  metadata,
  ...offset
}: OffsetOfPartition): TopicPartitionOffset {
  return {
    ...offset,
    ...(leaderEpoch < 0 ? {} : { leaderEpoch }),
    ...(metadata === null ? {} : { metadata }),
  }
}
