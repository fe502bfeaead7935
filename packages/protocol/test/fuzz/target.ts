import type { ErrorCode } from '../../src/index.js'

/** A decoder under test. */
export interface FuzzTarget {
  readonly name: string
  /** Valid encodings, at least one. */
  readonly corpus: readonly Buffer[]
  /** What it may throw. */
  readonly codes: readonly ErrorCode[]
  decode(bytes: Buffer): unknown
}
