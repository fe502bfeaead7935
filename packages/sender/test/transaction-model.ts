import type { ErrorCode } from '@sluice/protocol'
import type { WireBatch } from '../../../test/random-faults/wire-batch.js'
import { BrokerLog } from './broker-log.js'

interface Identity {
  readonly producerId: bigint
  readonly producerEpoch: number
}

type Ended = 'PrepareCommit' | 'PrepareAbort' | 'CompleteCommit' | 'CompleteAbort'

/** One partition: what was written, and what markers say of it. Written for these tests, from Kafka's rules. */
class ModelPartition {
  readonly log = new BrokerLog()
  /** Of each value, whether its transaction is committed; null while that is open. */
  readonly fates: (boolean | null)[] = []
  /** The highest epoch of the producer that a marker or a batch had. */
  epoch = -1

  append(batch: WireBatch): ErrorCode | null {
    if (batch.epoch < this.epoch) return 'INVALID_PRODUCER_EPOCH'
    const result = this.log.append(batch)
    if (result.code !== null) return result.code
    this.epoch = batch.epoch
    for (let at = this.fates.length; at < this.log.values.length; at++) this.fates.push(null)
    return null
  }

  mark(committed: boolean, epoch: number): void {
    this.epoch = Math.max(this.epoch, epoch)
    for (const [at, fate] of this.fates.entries()) if (fate === null) this.fates[at] = committed
  }
}

/** The coordinator of one transactional id and the logs of its partitions (Kafka's `TransactionCoordinator`, KIP-98 and KIP-890). */
export class TransactionModel {
  readonly partitions: readonly ModelPartition[]
  readonly #version: 1 | 2
  readonly #enrolled = new Set<number>()
  #state: 'Empty' | 'Ongoing' | Ended = 'Empty'
  #epoch = -1
  #lastEpoch = -1

  constructor(version: 1 | 2, partitions: number) {
    this.#version = version
    this.partitions = Array.from({ length: partitions }, () => new ModelPartition())
  }

  get identity(): Identity {
    return { producerId: 7n, producerEpoch: this.#epoch }
  }

  get state(): string {
    return this.#state
  }

  /** The values of each partition that a consumer of committed records reads. */
  get visible(): string[][] {
    return this.partitions.map(({ fates, log: { values } }) => {
      const stable = fates.indexOf(null)
      return values.filter((_, at) => fates[at] === true && (stable < 0 || at < stable))
    })
  }

  get isHanging(): boolean {
    return this.partitions.some(({ fates }) => fates.includes(null))
  }

  init({ producerId, producerEpoch }: Identity): ErrorCode | null {
    if (this.#isEnding) return 'CONCURRENT_TRANSACTIONS'
    if (this.#state === 'Ongoing') return (this.timeOut(), 'CONCURRENT_TRANSACTIONS')
    const isItself = producerId >= 0n && this.#epoch >= 0
    if (isItself && producerEpoch === this.#lastEpoch) return null
    if (isItself && producerEpoch !== this.#epoch) return 'PRODUCER_FENCED'
    this.#lastEpoch = isItself ? this.#epoch : -1
    this.#epoch++
    this.#state = 'Empty'
    return null
  }

  add({ producerEpoch }: Pick<Identity, 'producerEpoch'>, partitions: readonly number[]) {
    if (producerEpoch !== this.#epoch) return 'PRODUCER_FENCED'
    if (this.#isEnding) return 'CONCURRENT_TRANSACTIONS'
    this.#state = 'Ongoing'
    for (const partition of partitions) this.#enrolled.add(partition)
    return null
  }

  /** A Produce: version 12 enrols the partition, and before it the partition must be enrolled. */
  append(batch: WireBatch, version: number): ErrorCode | null {
    const refusal = this.#verify(batch, version)
    return refusal === 'PRODUCER_FENCED'
      ? 'INVALID_PRODUCER_EPOCH'
      : (refusal ?? this.partitions[batch.partition]!.append(batch))
  }

  end({ producerEpoch }: Identity, committed: boolean): ErrorCode | null {
    const isOpen = this.#state === 'Ongoing'
    const hasEnded = !isOpen && this.#state !== 'Empty'
    if (this.#version === 2 && producerEpoch === this.#epoch - 1)
      return hasEnded ? this.#endAgain(committed) : 'PRODUCER_FENCED'
    if (producerEpoch !== this.#epoch) return 'PRODUCER_FENCED'
    if (this.#version === 1 && hasEnded) return this.#endAgain(committed)
    // Under version 2 an abort ends what is empty, too, with the next epoch.
    const mayEnd = isOpen || (this.#version === 2 && !committed && !this.#isEnding)
    if (!mayEnd) return 'INVALID_TXN_STATE'
    this.#prepare(committed)
    return null
  }

  /** The coordinator aborts what has taken too long. */
  timeOut(): void {
    if (this.#state !== 'Ongoing') return
    if (this.#version === 2) return this.#prepare(false)
    this.#epoch++
    this.#lastEpoch = -1
    this.#state = 'PrepareAbort'
  }

  writeMarkers(): void {
    if (!this.#isEnding) return
    const committed = this.#state === 'PrepareCommit'
    for (const partition of this.#enrolled) this.partitions[partition]!.mark(committed, this.#epoch)
    this.#enrolled.clear()
    this.#state = committed ? 'CompleteCommit' : 'CompleteAbort'
  }

  #endAgain(committed: boolean): ErrorCode | null {
    if (!this.#state.endsWith(committed ? 'Commit' : 'Abort')) return 'INVALID_TXN_STATE'
    return this.#isEnding ? 'CONCURRENT_TRANSACTIONS' : null
  }

  get #isEnding(): boolean {
    return this.#state.startsWith('Prepare')
  }

  #verify({ partition, epoch }: WireBatch, version: number): ErrorCode | null {
    if (version >= 12) return this.add({ producerEpoch: epoch }, [partition])
    if (epoch !== this.#epoch) return 'PRODUCER_FENCED'
    return this.#enrolled.has(partition) && this.#state === 'Ongoing' ? null : 'INVALID_TXN_STATE'
  }

  #prepare(committed: boolean): void {
    if (this.#version === 2) {
      this.#lastEpoch = this.#epoch
      this.#epoch++
    }
    this.#state = committed ? 'PrepareCommit' : 'PrepareAbort'
  }
}
