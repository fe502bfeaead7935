import { KafkaError } from '@sluice/protocol'
import { notWaiting } from '../../accumulator-front.js'
import type { Delivery, Settlement } from '../../delivery.js'

/**
 * The end of a record that was in no batch. A class, not a literal: where many objects of a literal have lived for long,
 * V8 allocates later ones as old objects, and a full line refuses a million a second.
 */
class NeverAppended implements Settlement {
  readonly error: KafkaError

  constructor(error: KafkaError) {
    this.error = error
  }

  metadata(): never {
    throw new KafkaError('ILLEGAL_STATE', 'a refused record has no metadata')
  }
}

/** The record will never be appended. @returns what `TopicFront.wait` returns then */
export function refuse(delivery: Delivery, a: unknown, b: unknown, error: KafkaError): number {
  delivery.settle(new NeverAppended(error), 0, a, b)
  return notWaiting
}
