import type { ErrorCode } from '../../src/index.js'
import type { SwollenShape } from './swollen-frames.js'

/** A decoder under test. */
export interface FuzzTarget {
  readonly name: string
  /** Valid encodings, at least one. */
  readonly corpus: readonly Buffer[]
  /** What it may throw. */
  readonly codes: readonly ErrorCode[]
  /** Inputs as large as a peer may send. */
  readonly shapes?: readonly SwollenShape[]
  decode(bytes: Buffer): unknown
}
