import type { ErrorCode } from '@sluice/protocol'
import type { EpochBump, Epochs, ProducerIdAndEpoch, ProducerIdNeed } from './epochs.js'
import type { ProducerIdManager } from './producer-id-manager.js'

const lastEpoch = 32_767

const isOfAnotherId: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
])

/**
 * Of an idempotent producer without a transactional id: a partition bumps its epoch by itself (KIP-360). Brokers keep a
 * producer's epoch for each partition, so a bump in one partition disturbs no other.
 */
export class IdempotentEpochs implements Epochs {
  readonly #producerId: ProducerIdManager
  /** The highest epoch of the present id in a partition that was forgotten. A broker may still know its sequences. */
  #retired: ProducerIdAndEpoch = { id: -1n, epoch: -1 }

  constructor(producerId: ProducerIdManager) {
    this.#producerId = producerId
  }

  initial(now: number, need: ProducerIdNeed): ProducerIdAndEpoch | null {
    const given = this.#producerId.get(now, need)
    const retired = this.#retired
    if (given === null || given.id !== retired.id || given.epoch > retired.epoch) return given
    return this.next(retired, 'nextEpoch') ?? this.#producerId.get(now, need)
  }

  isOver(): boolean {
    return false
  }

  /** After these errors another client, or an earlier life of this one, uses the same id with a later epoch. */
  bumpAfter(code: ErrorCode): EpochBump {
    return isOfAnotherId.has(code) ? 'newId' : 'nextEpoch'
  }

  next({ id, epoch }: ProducerIdAndEpoch, bump: EpochBump): ProducerIdAndEpoch | null {
    if (bump === 'nextEpoch' && epoch < lastEpoch) return { id, epoch: epoch + 1 }
    this.#producerId.renew(id)
    return null
  }

  /** Its partition bumps the epoch itself. */
  gaveUp(): void {}

  retire(used: ProducerIdAndEpoch): boolean {
    // Under another id than the present one no partition will begin again.
    if (!this.#producerId.isCurrent(used.id)) return true
    const retired = this.#retired
    if (used.id !== retired.id || used.epoch > retired.epoch) this.#retired = used
    return true
  }

  retryAt(now: number): number {
    return this.#producerId.retryAt(now)
  }

  get lastError() {
    return this.#producerId.lastError
  }

  takeRefusal() {
    return this.#producerId.takeRefusal()
  }
}
