import { loadInstalled } from '../../installed.js'
import type { Figures } from '../figures.js'
import type { Result, Section } from './results.js'

interface Charts {
  init(
    element: null,
    theme: null,
    options: { renderer: 'svg'; ssr: true; width: number; height: number },
  ): Chart
}

interface Chart {
  setOption(option: object): void
  renderToSVGString(): string
  dispose(): void
}

/** A figure that is drawn where a workload has it. */
interface Plot {
  readonly name: string
  readonly title: string
  readonly of: (figures: Figures) => number | null
}

const plots: readonly Plot[] = [
  { name: 'rate', title: 'records a second', of: ({ recordsPerSecond }) => recordsPerSecond },
  { name: 'cpu', title: 'CPU µs a record', of: ({ cpuMicros }) => cpuMicros },
  { name: 'p99', title: 'p99 in ms', of: ({ p99Ms }) => p99Ms },
]

interface Dot {
  readonly client: string
  readonly value: number
}

/** A file of SVG: a dot for each client, for one figure of one workload. */
export interface Drawing {
  /** Without a folder. */
  readonly file: string
  /** For somebody who cannot see it. */
  readonly title: string
  readonly svg: string
}

/** Draws what the sections tell. */
export async function drawingsOf(sections: readonly Section[]): Promise<Drawing[]> {
  const charts = await loadInstalled<Charts>('echarts')
  return sections.flatMap(({ id, results }) =>
    plots.flatMap(({ name, title: figure, of }) => {
      const dots = dotsOf(results, of)
      if (dots.length === 0) return []
      const title = `${id.toUpperCase()}: ${figure}`
      return [{ file: `${id}-${name}.svg`, title, svg: drawn(charts, title, dots) }]
    }),
  )
}

/** In the order of the table, and only what has the figure. */
export function dotsOf(results: readonly Result[], of: Plot['of']): Dot[] {
  return results.flatMap(({ client, figures }) => {
    const value = figures === null ? null : of(figures)
    return value === null ? [] : [{ client, value }]
  })
}

/**
 * A logarithmic axis, since the slowest client is a hundred times behind the fastest; so dots, for bars need a zero. It is narrow enough
 * to be read on a telephone.
 */
function drawn(charts: Charts, title: string, dots: readonly Dot[]): string {
  const size = { width: 480, height: 80 + 26 * dots.length }
  const chart = charts.init(null, null, { renderer: 'svg', ssr: true, ...size })
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: { text: title, left: 'center' },
    grid: { left: 150, right: 80, top: 40, bottom: 30 },
    xAxis: { type: 'log' },
    yAxis: {
      type: 'category',
      inverse: true,
      splitLine: { show: true },
      data: dots.map(({ client }) => client),
    },
    series: [
      {
        type: 'scatter',
        symbolSize: 12,
        data: dots.map(dotOf),
        label: { show: true, position: 'right', color: '#212529', formatter: labelOf },
      },
    ],
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return `${svg}\n`
}

function dotOf({ client, value }: Dot): object {
  const color = client.startsWith('sluice') ? '#d9480f' : '#868e96'
  return { value: [value, client], itemStyle: { color } }
}

function labelOf({ value: [value] }: { readonly value: [number, string] }): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}
