import { type Bar, type BatchFigures, bars, times } from './bars.js'
import { codecComparisons, ratios } from './codec-comparisons.js'
import { codecs } from './codecs.js'
import { compare, type Comparison, type Measured } from './comparison.js'
import { crcs } from './crcs.js'
import { jsonBatch } from './json-batch.js'
import { parties, type Party } from './party.js'
import { type Platformatic, platformatic } from './platformatic.js'
import { produce, produceOfComplete } from './produce-requests.js'
import { recordBatches } from './record-batches.js'
import { nameOf, recordsPerBatch, shapes } from './records.js'
import { figure, head, recordFigure, row } from './tables.js'

/** Compares the cost of encoding, without brokers, with the encoders of kafkajs and `@platformatic/kafka`. */
export async function encode(): Promise<void> {
  const peer = await platformatic()
  console.log(`Node ${process.version}; medians; "-" where one lacks it`)
  const figures = await printBatches(peer)
  await printTable('Produce requests', recordFigure, [produce(), produceOfComplete()])
  await printTable('CRC', gigabytes, crcs(peer))
  await printCodecs(peer)
  printBars(bars(figures))
  spreads.sort((a, b) => a - b)
  const noise = figure(spreads[spreads.length >> 1]! * 100, '%')
  console.log(`\nHow noisy the machine was: a median was ${noise} over the best of its rounds.`)
}

/** How far the median of our own figures was above the best. */
const spreads: number[] = []

async function measure<Name extends string>(
  comparison: Comparison<Name | 'sluice'>,
): Promise<Record<Name | 'sluice', Measured>> {
  const measured = await compare(comparison)
  const { median, best } = measured.sluice
  spreads.push(median / best - 1)
  return measured
}

async function printBatches(peer: Platformatic | null): Promise<BatchFigures[]> {
  const columns = ['append only', ...parties, 'times']
  console.log(head(`batches of ${recordsPerBatch} records`, columns))
  const all: BatchFigures[] = []
  for (const shape of shapes()) {
    const measured = await measure(await recordBatches(shape, peer))
    all.push({ shape, measured })
    const { append, sluice, kafkajs, platformatic: theirs } = measured
    const cells = [append, sluice, kafkajs, theirs].map(({ median }) => recordFigure(median))
    console.log(row(nameOf(shape), [...cells, figure(times(all.at(-1)!), '')]))
  }
  return all
}

async function printTable(
  title: string,
  cell: (nanoseconds: number) => string,
  comparisons: Comparison<Party>[],
): Promise<void> {
  console.log(head(title, parties))
  for (const comparison of comparisons) {
    const measured = await measure(comparison)
    console.log(
      row(
        comparison.name,
        parties.map((party) => cell(measured[party].median)),
      ),
    )
  }
}

async function printCodecs(peer: Platformatic | null): Promise<void> {
  const input = jsonBatch()
  const all = codecs(peer)
  const comparisons = await Promise.all(all.map((each) => codecComparisons(each, input)))
  await printTable(`codecs, JSON of ${input.length} bytes`, megabytes, comparisons.flat())
  for (const each of all) {
    const found = await ratios(each, input)
    console.log(
      row(
        `${each.name}, ratio`,
        parties.map((party) => figure(found[party], '')),
      ),
    )
  }
}

function printBars(all: Bar[]): void {
  console.log(head('bars', ['at least', 'found', '']))
  for (const { name, least, found } of all) {
    console.log(row(name, [figure(least, ''), figure(found, ''), verdict(found, least)]))
  }
}

function verdict(found: number, least: number): string {
  if (Number.isNaN(found)) return 'not judged'
  return found >= least ? 'holds' : 'MISSED'
}

const gigabytes = (nanoseconds: number): string => figure(1 / nanoseconds, 'GB/s')
const megabytes = (nanoseconds: number): string => figure(1_000 / nanoseconds, 'MB/s')
