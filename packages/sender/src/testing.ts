/**
 * The conformance kit of senders.
 *
 * @packageDocumentation
 */
import { checkEnding } from './testing/ending.js'
import { checkRetrying } from './testing/retrying.js'
import type { MakeSender, TestFunction } from './testing/rig.js'
import { checkSending } from './testing/sending.js'

export type { MakeSender, SenderConformanceSettings, TestFunction } from './testing/rig.js'

/**
 * Checks what the other stages rely on in any sender: what goes to which broker, that each batch is settled and given
 * back once and truly, that what is sent again is the same, and the end. Queue, network and clock are the kit's.
 * It takes less than a second.
 *
 * @param test Your test runner's `test`.
 * @param make A new sender for each test, with the clock it is given, pauses before retries of at most 2 s, and at
 * most as many batches of a partition under way as keep their order.
 */
export function senderConformance(test: TestFunction, make: MakeSender): void {
  checkSending(test, make)
  checkRetrying(test, make)
  checkEnding(test, make)
}
