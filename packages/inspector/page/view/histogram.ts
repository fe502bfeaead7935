import type { Snapshot } from '../../src/model/snapshot.js'
import { byId, drawingById, showPairs } from '../dom.js'
import { count, duration } from '../format.js'

const space = 'http://www.w3.org/2000/svg'
const [width, height, floor] = [360, 90, 92]

/** Draws how the latencies of the last ten seconds are spread, in buckets that double. */
export function showLatency({ latency }: Snapshot): void {
  const { buckets } = latency
  const svg = drawingById('histogram')
  if (svg.children.length === 0)
    svg.append(...buckets.flatMap((_, index) => barOf(index, buckets.length)))
  const most = Math.max(1, ...buckets)
  const bars = svg.querySelectorAll('rect')
  buckets.forEach((value, index) => {
    const tall = value === 0 ? 0 : Math.max(2, (value / most) * height)
    bars[index]!.setAttribute('height', String(tall))
    bars[index]!.setAttribute('y', String(floor - tall))
  })
  svg.setAttribute('aria-label', describe(buckets))
  showPairs(byId('latency'), [
    ['half within', duration(latency.p50)],
    ['95 of 100 within', duration(latency.p95)],
    ['99 of 100 within', duration(latency.p99)],
    ['longest', duration(latency.max)],
  ])
}

function barOf(index: number, bars: number): SVGElement[] {
  const step = width / bars
  const bar = document.createElementNS(space, 'rect')
  bar.setAttribute('x', String(index * step + 1))
  bar.setAttribute('width', String(step - 2))
  if (index % 2 === 0) return [bar]
  const label = document.createElementNS(space, 'text')
  label.setAttribute('x', String((index + 0.5) * step))
  label.setAttribute('y', String(floor + 12))
  label.textContent = shortly(2 ** (index - 2))
  return [bar, label]
}

function shortly(ms: number): string {
  return ms >= 1_000 ? `${Math.round(ms / 1_000)} s` : `${ms < 1 ? ms : Math.round(ms)} ms`
}

function describe(buckets: readonly number[]): string {
  const parts = buckets.flatMap((value, index) =>
    value === 0 ? [] : [`${count(value)} up to ${shortly(2 ** (index - 2))}`],
  )
  return parts.length === 0
    ? 'No request was answered in the last ten seconds'
    : `Requests of a sample of the last ten seconds: ${parts.join(', ')}`
}
