import type { ToFront, ToQueue } from '@sluice/accumulator'
import type { ErrorDescription } from '@sluice/protocol'
import type { ProducerObserver } from '../../observer.js'
import type { PlainError } from './plain-errors.js'

/*
 * All that the caller's thread and the sender's thread say to each other. What one of them says in one turn travels as one
 * array. Messages are plain data: every message survives `structuredClone`, and the buffers of batches are transferred.
 */

/** From the caller's thread to the sender's thread. */
export type ToThread = ToQueue | CallMessage | CancelMessage | AnswerMessage | ListenMessage

/** From the sender's thread to the caller's thread. */
export type FromThread =
  | ToFront
  | CallMessage
  | AnswerMessage
  | LineMessage
  | EventMessage
  | UnusableMessage

/** What the sender's thread can be asked to do. */
export type ThreadCall =
  | 'connect'
  | 'initialize'
  | 'begin'
  | 'sendOffsets'
  | 'end'
  | 'telemetryAvailable'
  | 'subscribeTelemetry'
  | 'pushTelemetry'
  | 'close'

/** Asks the other thread for something. It answers with an `AnswerMessage`. */
export interface CallMessage {
  readonly type: 'call'
  /** Grows with each call of one side. */
  readonly id: number
  /** A `ThreadCall`, or the name of a function that was left on the caller's thread. */
  readonly name: string
  readonly argument: unknown
}

/** Nobody waits for the answer to the call any more. */
export interface CancelMessage {
  readonly type: 'cancel'
  readonly id: number
}

/** Ends a call. */
export interface AnswerMessage {
  readonly type: 'answer'
  readonly id: number
  readonly value: unknown
  /** Null where the call has succeeded. */
  readonly failure: ErrorDescription | PlainError | null
}

/** A line for the logger. */
export interface LineMessage {
  readonly type: 'line'
  /** `security` becomes a warning of the process where there is no logger. */
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'security'
  readonly text: string
}

/** From now on the observer has these methods. The thread makes no event for others. */
export interface ListenMessage {
  readonly type: 'listen'
  readonly observed: readonly (keyof ProducerObserver)[]
}

/** An event for the observer. */
export interface EventMessage {
  readonly type: 'event'
  /** The method of the observer. */
  readonly method: string
  readonly event: unknown
}

/** The thread cannot work: a plug-in could not be made again there. */
export interface UnusableMessage {
  readonly type: 'unusable'
  readonly failure: ErrorDescription
}
