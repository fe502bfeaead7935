import type { Accumulator, AccumulatorLink } from '../../accumulator.js'
import type { AccumulatorOptions } from '../../options.js'
import type { AccumulatorRuntime } from '../../runtime.js'

/** The `test` function of vitest, node:test or jest. */
export type TestFunction = (name: string, run: () => void | Promise<void>) => unknown

/** What the accumulator must be made with: the options of `createAccumulator`. */
export type AccumulatorSetting = Required<Omit<AccumulatorOptions, 'compression'>> &
  Pick<AccumulatorOptions, 'compression'> & {
    /** The clock of the kit. */
    readonly runtime: AccumulatorRuntime
    /** Every message between the halves must go through it. */
    readonly link: AccumulatorLink
  }

/** Makes a new accumulator with what it is given. */
export type MakeAccumulator = (setting: AccumulatorSetting) => Accumulator

/** Each record is a batch of its own, sealed at once. */
export const single: AccumulatorOptions = { batchRecords: 1 }

/** Room for one record of `large` bytes and little else. */
export const small: AccumulatorOptions = { bufferBytes: 65_536, batchBytes: 65_536 }
export const large = 60_000
