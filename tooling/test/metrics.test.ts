import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/metrics.md', root), 'utf8')
const source = readFileSync(
  new URL('packages/producer/src/metrics/producer-metrics.ts', root),
  'utf8',
)

/** A figure, and whether it may be absent. */
type Figure = readonly [name: string, isOptional: boolean]

/** The figures that an interface declares. */
function declared(name: string): Figure[] {
  const [, body] = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)^\\}$`, 'm').exec(source)!
  return [...body!.matchAll(/^ {2}readonly (\w+)(\??):/gm)].map(([, figure, mark]) => [
    figure!,
    mark === '?',
  ])
}

/** The figures of the table behind this heading. The last column says when a figure is absent. */
function described(heading: string): Figure[] {
  const [, section] = page.split(new RegExp(`^## ${heading}$`, 'm'))
  const rows = section!.split(/^## /m)[0]!.matchAll(/^\| `(\w+)` .*\|([^|]*)\|$/gm)
  return [...rows].map(([, figure, absent]) => [figure!, absent!.trim() !== ''])
}

describe('docs/metrics.md', () => {
  test.each([
    ['The producer', 'ProducerMetrics'],
    ['Brokers', 'BrokerMetrics'],
    ['Topics', 'TopicMetrics'],
  ])(
    'lists under "%s" the figures of %s, in their order, and which can be absent',
    (heading, name) => {
      expect(described(heading)).toEqual(declared(name))
      expect(declared(name).length).toBeGreaterThan(5)
    },
  )

  test('names every reason of a status', () => {
    const status = readFileSync(
      new URL('packages/producer/src/metrics/producer-status.ts', root),
      'utf8',
    )
    const [, reasons] = /readonly reason: (.*)/.exec(status)!
    const told = reasons!.match(/(?<=')\w+(?=')/g)!
    const [, section] = page.split('## Readiness and liveness')
    const rows = [...section!.matchAll(/^\| `(\w+)` +\|/gm)].map(([, reason]) => reason)
    expect(rows.filter((reason) => reason !== 'reason')).toEqual(told)
  })
})
