import type { ProducerObserver } from '../../observer.js'
import type { PortableOptions } from './portable-options.js'

/** What a sender's thread is started with. */
export interface ThreadData {
  readonly options: PortableOptions
  /** Of `SentMarks`. */
  readonly marks: SharedArrayBuffer
  /** Of `SendingMeasures`, in shared memory: the thread writes them, and the caller's thread reads them. */
  readonly measures: ArrayBufferLike
  /** Whether somebody reads lines that are no errors. */
  readonly hasLogger: boolean
  /** The methods that the observer has at first: `ListenMessage` tells of changes. */
  readonly observed: readonly (keyof ProducerObserver)[]
}
