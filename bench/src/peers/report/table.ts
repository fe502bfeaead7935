import type { Figures } from '../figures.js'
import { type Bar, type Verdict, verdictsOn } from './bar.js'
import type { Report, Result, Section } from './results.js'

/** A column: its heading, and the cell of a client. `base` is the client that ratios are against. */
interface Column {
  readonly title: string
  readonly cell: (figures: Figures, base: Figures | null) => string
}

const columns: readonly Column[] = [
  { title: 'records/s', cell: ({ recordsPerSecond }) => whole(recordsPerSecond) },
  ratio('×', ({ recordsPerSecond }) => recordsPerSecond),
  { title: 'CPU µs/record', cell: ({ cpuMicros }) => digits(cpuMicros) },
  ratio('×', ({ cpuMicros }) => cpuMicros),
  { title: 'main thread', cell: ({ mainCpuMicros }) => digits(mainCpuMicros) },
  { title: 'p50 ms', cell: ({ p50Ms }) => digits(p50Ms) },
  { title: 'p99 ms', cell: ({ p99Ms }) => digits(p99Ms) },
  { title: 'p99.9 ms', cell: ({ p999Ms }) => digits(p999Ms) },
  { title: 'peak MiB', cell: ({ peakMiB }) => whole(peakMiB) },
  { title: 'before MiB', cell: ({ baseMiB }) => whole(baseMiB) },
  {
    title: 'event loop',
    cell: ({ eventLoopUtilisation: busy }) => (busy === null ? '' : `${whole(busy * 100)} %`),
  },
  {
    title: 'requests/s',
    cell: ({ recordsPerSecond, recordsPerRequest }) =>
      recordsPerRequest === null ? '' : whole(recordsPerSecond / recordsPerRequest),
  },
  { title: 'records/request', cell: ({ recordsPerRequest }) => digits(recordsPerRequest) },
  { title: 'records/batch', cell: ({ recordsPerBatch }) => digits(recordsPerBatch) },
]

/** The ratio to the base, which has 1. */
function ratio(title: string, of: (figures: Figures) => number): Column {
  return {
    title,
    cell: (figures, base) => (base === null ? '' : (of(figures) / of(base)).toFixed(2)),
  }
}

/** What a report is about. */
export interface Page {
  readonly title: string
  readonly sections: readonly Section[]
  readonly bars: readonly Bar[]
}

/** The whole report in Markdown: what it was measured on, a table for each section, and the bars. */
export function markdownOf(report: Report, { title, sections, bars }: Page): string {
  const { date, machine, settings, versions, skipped } = report
  const { cpu, cores, memoryGiB, system, node, commit } = machine
  return [
    `# ${title}`,
    `${date.slice(0, 16).replace('T', ' ')} UTC, commit ${commit}, Node ${node}, ${cores} × ${cpu}, ${memoryGiB} GiB, ${system}.`,
    listOf(settings),
    'Each figure is the median of the rounds that count. × is the ratio to the first row of the table. CPU is user and system time of the whole process; "main thread" is the part of the thread that sends. "Before" is the memory that the process had without a client. Brokers count requests and batches.',
    listOf(versions),
    ...sections.flatMap((section) => [
      `## ${section.id.toUpperCase()}: ${section.title}`,
      tableOf(section.results),
    ]),
    ...barsOf(report, bars),
    ...(skipped.length === 0 ? [] : ['## Left out', listOf(skippedBy(skipped))]),
  ]
    .join('\n\n')
    .concat('\n')
}

/** Nothing where no bar was measured. */
function barsOf({ results }: Report, bars: readonly Bar[]): string[] {
  const verdicts = verdictsOn(bars, results)
  if (verdicts.length === 0) return []
  const heading = '| bar | wanted | found | |\n| --- | --: | --: | --- |'
  const note =
    '"Noise" is missed by less than a tenth, as the same program differs between two runs.'
  return ['## Bars', note, [heading, ...verdicts.map(barRow)].join('\n')]
}

function barRow({ bar, verdict, found, wanted }: Verdict): string {
  const name = `${bar.workload.toUpperCase()} ${bar.client}: ${barText(bar)}`
  return `| ${name} | ${digits(wanted)} | ${digits(found)} | ${verdict} |`
}

function barText({ figure, limit, than, thanWorkload, plus }: Bar): string {
  const name = figureNames[figure]
  const sign = figure === 'recordsPerSecond' ? 'at least' : 'at most'
  if (than === undefined) return `${name} ${sign} ${limit.toLocaleString('en')}`
  const whose = than.length === 1 ? than[0] : `the best of ${than.join(', ')}`
  const where = thanWorkload === undefined ? '' : ` in ${thanWorkload.toUpperCase()}`
  const more = plus === undefined ? '' : ` + ${plus}`
  return `${name} ${sign} ${digits(limit)} × ${whose}${where}${more}`
}

const figureNames: Readonly<Record<Bar['figure'], string>> = {
  recordsPerSecond: 'records/s',
  cpuMicros: 'CPU µs/record',
  mainCpuMicros: 'CPU µs/record of the main thread',
  p50Ms: 'p50 ms',
  p99Ms: 'p99 ms',
  ownMiB: 'peak MiB beyond the process without a client',
}

/** The first client that has figures is what ratios are against. Columns that nobody fills are left out. */
export function tableOf(results: readonly Result[]): string {
  const base = results.find(({ figures }) => figures !== null)?.figures ?? null
  const filled = columns
    .map(({ title, cell }) => ({ title, cells: results.map((each) => cellOf(each, cell, base)) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
  const rows = results.map((result, i) => [nameOf(result), ...filled.map(({ cells }) => cells[i]!)])
  const heading = ['client', ...filled.map(({ title }) => title)]
  const line = ['---', ...filled.map(() => '--:')]
  const table = [heading, line, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  const reasons = results.flatMap(reasonsOf)
  return reasons.length === 0 ? table : `${table}\n\n${reasons.join('\n')}`
}

function cellOf({ figures }: Result, cell: Column['cell'], base: Figures | null): string {
  return figures === null ? '' : cell(figures, base)
}

function nameOf({ client, figures, counted, rounds }: Result): string {
  if (figures === null) return `${client} (void)`
  return counted === rounds ? client : `${client} (${counted} of ${rounds} rounds)`
}

function reasonsOf({ client, voidRuns }: Result): string[] {
  return [...new Set(voidRuns)].map((reason) => `- ${client}, void: ${oneLine(reason)}`)
}

function skippedBy(skipped: Report['skipped']): Record<string, string> {
  return Object.fromEntries(skipped.map(({ id, reason }) => [id, oneLine(reason)]))
}

function listOf(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([name, text]) => `- ${name}: ${text}`)
    .join('\n')
}

/** So that what a program has printed breaks no table and no list. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}

/** Three digits that count. */
function digits(value: number | null): string {
  if (value === null) return ''
  return value >= 100 ? whole(value) : value.toPrecision(3)
}
