/**
 * The conformance kit of accumulators.
 *
 * @packageDocumentation
 */

import { checkAborting } from './testing/checks/aborting.js'
import { checkCompressing } from './testing/checks/compressing.js'
import { checkDraining } from './testing/checks/draining.js'
import { checkEnding } from './testing/checks/ending.js'
import { checkExcluding } from './testing/checks/excluding.js'
import { checkHalves } from './testing/checks/halves.js'
import { checkMemory } from './testing/checks/memory.js'
import { checkRecords } from './testing/checks/records.js'
import { checkRefusing } from './testing/checks/refusing.js'
import { checkReserving } from './testing/checks/reserving.js'
import { checkReturning } from './testing/checks/returning.js'
import { checkWaiting } from './testing/checks/waiting.js'
import type { MakeAccumulator, TestFunction } from './testing/stand/setting.js'

export type { AccumulatorSetting, MakeAccumulator, TestFunction } from './testing/stand/setting.js'

/**
 * Checks what producer and sender rely on in any accumulator, with both of its halves: the order of each partition, that
 * every record settles once, the bounds of memory and time, and that the halves share nothing. The checks run on a clock
 * of their own, in well under a second.
 *
 * @param test - the `test` function of your test runner
 * @param make - makes a new accumulator for each test, with the options that it is given
 */
export function accumulatorConformance(test: TestFunction, make: MakeAccumulator): void {
  checkRecords(test, make)
  checkCompressing(test, make)
  checkDraining(test, make)
  checkReturning(test, make)
  checkExcluding(test, make)
  checkMemory(test, make)
  checkWaiting(test, make)
  checkReserving(test, make)
  checkRefusing(test, make)
  checkAborting(test, make)
  checkEnding(test, make)
  checkHalves(test, make)
}
