import type { Measured } from './comparison.js'
import type { BatchParty } from './record-batches.js'
import type { Shape } from './records.js'

/** The bars that encoding whole batches must reach, headers and CRC included. */
export interface Bar {
  readonly name: string
  readonly least: number
  readonly found: number
}

export interface BatchFigures {
  readonly shape: Shape
  readonly measured: Record<BatchParty, Measured>
}

/**
 * A rate is that of the best round, for other processes can only lower it. The factor over the faster peer comes from the
 * medians, and is the smallest over all kinds of record of that size.
 */
export function bars(figures: BatchFigures[]): Bar[] {
  const timesOf = (bytes: number): number =>
    Math.min(...figures.filter(({ shape }) => shape.bytes === bytes).map(times))
  const strings = Number.parseInt(process.versions.node) >= 24 ? 5 : 3
  return [
    {
      name: 'million records/s, 100 B Buffer',
      least: 10,
      found: rate(figures, { bytes: 100, kind: 'Buffer', keyed: false, headers: 0 }),
    },
    {
      name: 'million records/s, 100 B string, string key',
      least: strings,
      found: rate(figures, { bytes: 100, kind: 'string', keyed: true, headers: 0 }),
    },
    { name: 'times the faster peer, 100 B', least: 8, found: timesOf(100) },
    { name: 'times the faster peer, 1 KiB', least: 8, found: timesOf(1_024) },
  ]
}

/** How many times faster we are than the faster of the two peers. NaN when a peer is missing. */
export function times({ measured: { sluice, kafkajs, platformatic } }: BatchFigures): number {
  return Math.min(kafkajs.median, platformatic.median) / sluice.median
}

function rate(figures: BatchFigures[], wanted: Shape): number {
  const same = ({ shape }: BatchFigures): boolean =>
    JSON.stringify(shape) === JSON.stringify(wanted)
  return 1_000 / figures.find(same)!.measured.sluice.best
}
