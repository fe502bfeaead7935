import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { mutantLists } from '../mutants/lists.js'
import { mutated, type Mutant } from '../mutants/mutant.js'
import { verdictOf } from '../mutants/verdict.js'

const root = new URL('../../', import.meta.url)
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8')

describe.each(Object.entries(mutantLists))('the mutants of %s', (_, mutants) => {
  test.each(mutants)('$name: still fits the code', (mutant) => {
    expect(mutated(read(mutant.file), mutant)).not.toBe(read(mutant.file))
    expect(existsSync(new URL(mutant.killedBy.file, root))).toBe(true)
  })

  test('have a name each', () => {
    const names = mutants.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
  })
})

describe('a mutant', () => {
  const mutant: Mutant = {
    name: 'adds',
    file: 'a.ts',
    find: 'a - b',
    replace: "a + b /* $& $' */",
    killedBy: { file: 'a.test.ts', title: 'subtracts' },
    why: '',
  }

  test('is the source with its text replaced, as it is written', () => {
    expect(mutated('return a - b', mutant)).toBe("return a + b /* $& $' */")
  })

  test.each(['', 'a - b, a - b'])('is refused where its text is not there once: %j', (source) => {
    expect(() => mutated(source, mutant)).toThrow(/"adds" must match a\.ts exactly once/)
  })

  const result = (status: string): { fullName: string; status: string } => ({
    fullName: 'a number subtracts',
    status,
  })

  test('is killed by one failed test', () => {
    expect(verdictOf([result('passed'), result('failed')]).killed).toBe(true)
  })

  test('is killed by a test that never ends', () => {
    expect(verdictOf(null)).toEqual({ killed: true, note: 'the test had no end' })
  })

  test('survives tests that pass, and a title that no test has', () => {
    expect(verdictOf([result('passed')])).toEqual({ killed: false, note: '' })
    const none = { killed: false, note: 'no test has the title it names' }
    expect(verdictOf([result('skipped')])).toEqual(none)
  })
})
