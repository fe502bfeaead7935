import type { Draw } from '../draw.js'

/** The times at which much happens at once, in ms. */
export function drawMoments(draw: Draw): number[] {
  let at = 0
  return Array.from({ length: draw.between(1, 4) }, () => (at += draw.of(3, 10, 30, 150)))
}
