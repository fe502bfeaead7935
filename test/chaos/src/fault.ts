import type { JudgeOptions } from './judge.js'
import type { Stage, StageOptions } from './stage.js'

/** One row of the table. */
export interface Fault {
  readonly name: string
  readonly producer?: StageOptions['producer']
  readonly judge?: JudgeOptions
  /** How long a recovery may take. @defaultValue 5 000 */
  readonly mostRecoveryMs?: number
  /**
   * Does the damage under load, and takes it back.
   * @returns the longest time in ms that any partition took to acknowledge again
   */
  strike(stage: Stage): Promise<number>
}
