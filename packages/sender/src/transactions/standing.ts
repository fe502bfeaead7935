import type { ProducerIdAndEpoch } from '../producer-id/epochs.js'

/** Where a transactional id stands by its coordinator: which producer has it now, and what its last transaction has come to. */
export interface Standing extends ProducerIdAndEpoch {
  /** By Kafka's name. */
  readonly state: string
}

export function isAt(found: Standing, { id, epoch }: ProducerIdAndEpoch): boolean {
  return found.id === id && found.epoch === epoch
}

export function isOpen({ state }: Standing): boolean {
  return state === 'Ongoing'
}

/** Whether the last transaction of the id was aborted under this producer id and epoch. */
export function isAborted(found: Standing, producer: ProducerIdAndEpoch): boolean {
  const { state } = found
  return isAt(found, producer) && (state === 'PrepareAbort' || state === 'CompleteAbort')
}
