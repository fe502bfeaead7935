/**
 * What becomes of a frame. Bytes go in its place: those of another frame, without its length, or `raw` ones, which need not
 * be a frame.
 */
export type Verdict = 'pass' | 'drop' | 'reset' | Uint8Array | { readonly raw: Uint8Array }

/** What a lane writes. */
export type Outcome = 'drop' | 'reset' | Uint8Array

export type Direction = 'requests' | 'answers'

/** One request on its way to the broker. */
export interface RequestFrame {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  /** The whole frame, without its length. */
  readonly bytes: Uint8Array
  /** Counts the proxy's connections, from 1. */
  readonly connection: number
}

/** One answer on its way to the client, with what it answers. */
export type AnswerFrame = RequestFrame

/** How bytes come through, in both directions. */
export interface Pace {
  /** How much later each arrives. */
  readonly delayMs?: number
  /** At most so many in one write, and a turn of the event loop between two. */
  readonly pieceBytes?: number
  /** A pause after each piece. */
  readonly pauseMs?: number
}

/** What is done to all connections of a proxy, as it is now. */
export interface Faults {
  onRequest: (request: RequestFrame) => Verdict | Promise<Verdict>
  onAnswer: (answer: AnswerFrame) => Verdict | Promise<Verdict>
  pace: Pace
  /** Resolves when bytes may pass. */
  readonly gate: Promise<void>
  /** So many bytes more in this direction, then the connection that carries them is reset. */
  readonly left: Record<Direction, number>
}
