import { readFileSync } from 'node:fs'
import { errorCodes, KafkaError } from '@sluice/protocol'
import { describe, expect, it } from 'vitest'

const page = readFileSync(new URL('../../docs/guides/errors.md', import.meta.url), 'utf8')

interface Entry {
  readonly code: string
  /** The first word of the entry: what kind of error it is. */
  readonly kind: string | undefined
  readonly text: string
}

const sections = page
  .split(/^### /m)
  .slice(1)
  .map((text): Entry => {
    const [code = '', , summary = ''] = text.split('\n')
    return {
      code,
      kind: /^\w+/.exec(summary)?.[0].toLowerCase(),
      text: text.split(/^## /m)[0] ?? '',
    }
  })
const rows = [...page.matchAll(/^\| `([A-Z_\d]+)`\s*\| (\w+)\s*\|/gm)].map(
  ([text, code = '', kind]): Entry => ({ code, kind, text }),
)

describe('the page of errors', () => {
  it('has one entry for each code of the source, and for nothing else', () => {
    const named = [...sections, ...rows].map(({ code }) => code)
    expect(named.toSorted()).toEqual([...errorCodes()].toSorted())
  })

  it('says of each code whether it is retriable, abortable, fatal or final', () => {
    const kinds = new Map<string, string>(errorCodes().map((code) => [code, kindOf(code)]))
    const wrong = [...sections, ...rows].filter(({ code, kind }) => kind !== kinds.get(code))
    expect(wrong.map(({ code, kind }) => `${code}: ${kind}, but it is ${kinds.get(code)}`)).toEqual(
      [],
    )
  })

  it('says of each code with a section where the record is, and what to do', () => {
    const incomplete = sections.filter(
      ({ text }) => !/`persisted`: \S/.test(text) || !/\*\*What to do:\*\* \S/.test(text),
    )
    expect(incomplete.map(({ code }) => code)).toEqual([])
  })
})

function kindOf(code: ReturnType<typeof errorCodes>[number]): string {
  const { retriable, abortable, fatal } = new KafkaError(code)
  if (retriable) return 'retriable'
  if (abortable) return 'abortable'
  return fatal ? 'fatal' : 'final'
}
