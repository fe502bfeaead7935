/** How the way to one broker is now. Connections look at it with each piece of bytes. */
export interface Weather {
  /** The shortest and the longest time of a piece on its way, in ms. */
  fromMs: number
  toMs: number
  /** What is sent is lost, and nobody hears of it: no packet comes through. */
  isBlackHole: boolean
  /** How probable it is that a write arrives in several pieces. */
  cutting: number
  /** How probable it is that a write arrives together with the one before, where that has not arrived yet. */
  merging: number
}

/** A fast network in one building. */
export function fairWeather(): Weather {
  return { fromMs: 0.1, toMs: 0.6, isBlackHole: false, cutting: 0.1, merging: 0.2 }
}
