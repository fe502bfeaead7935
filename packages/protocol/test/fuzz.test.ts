import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { batchTargets } from './fuzz/batch-targets.js'
import { Fuzzer } from './fuzz/fuzzer.js'
import { harmOf } from './fuzz/harm.js'
import { messageTargets, versionRefusalTargets } from './fuzz/message-targets.js'
import { primitiveTargets } from './fuzz/primitive-targets.js'
import type { FuzzTarget } from './fuzz/target.js'

// Among the unit tests it is short and the same every time; `npm run test:fuzz` takes a minute and new inputs.
const given = process.env['SLUICE_FUZZ_SECONDS']
const seconds = Number(given ?? 2)
const seed = Number(process.env['SLUICE_FUZZ_SEED'] ?? (given ? Date.now() % 2 ** 31 : 20_261))

const targets = [
  ...messageTargets(seed),
  ...versionRefusalTargets(seed),
  ...batchTargets(),
  ...primitiveTargets(),
]

test('every decoder takes its corpus', () => {
  const refuses = (target: FuzzTarget) =>
    target.corpus.some((valid) => harmOf({ ...target, codes: [] }, valid) !== null)
  expect(targets.filter(refuses).map(({ name }) => name)).toEqual([])
})

test(
  `no change of valid bytes makes a decoder fail, hang or swell (${seconds} s, seed ${seed})`,
  { timeout: seconds * 1_000 + 20_000 },
  async () => {
    const fuzzer = new Fuzzer(seed, targets)
    const end = performance.now() + seconds * 1_000
    while (performance.now() < end) {
      fuzzer.turn()
      await nextTurn()
    }
    expect(fuzzer.runs).toBeGreaterThan(targets.length)
    if (given) console.log(`${fuzzer.runs} inputs for ${targets.length} decoders`)
  },
)

describe('what does harm is told from what does not', () => {
  const failing = decoding(() => {
    throw new RangeError('offset')
  })
  const hanging = decoding(() => {
    const begun = process.cpuUsage()
    let spent = begun
    do spent = process.cpuUsage(begun)
    while (spent.user + spent.system < 220_000)
  })
  const endless = decoding(() => {
    for (;;);
  })

  test.each<[string, FuzzTarget, unknown]>([
    ['a value', decoding(Number), null],
    ['another error', failing, 'threw RangeError: offset'],
    ['a large array', decoding(manyZeros), expect.stringMatching(/^allocated/)],
    ['a large buffer', decoding(largeBuffer), expect.stringMatching(/^allocated/)],
    ['a long time', hanging, expect.stringMatching(/^took/)],
  ])('%s', (_, target, harm) => {
    expect(harmOf(target, Buffer.of(1), 50)).toEqual(harm)
  })

  test('an input that does harm can be had again', () => {
    expect(() => new Fuzzer(1, [failing]).turn()).toThrow(/seed: 1, run: 0\ncorpus: 01\ninput: /)
  })

  test('a decoder without an end is stopped', () => {
    expect(() => new Fuzzer(1, [endless], 100).turn()).toThrow(/timed out[^]*seed: 1, run: 0/)
  })

  function decoding(decode: FuzzTarget['decode']): FuzzTarget {
    return { name: 'bad', corpus: [Buffer.of(1)], codes: ['MALFORMED_RESPONSE'], decode }
  }
  function manyZeros(): number[] {
    return new Array<number>(1_000_000).fill(0)
  }
  function largeBuffer(): Buffer {
    return Buffer.alloc(4_000_000)
  }
})
