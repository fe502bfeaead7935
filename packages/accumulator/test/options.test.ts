import { describe, expect, it } from 'vitest'
import { accumulatorDefaults, type AccumulatorOptions } from '../src/index.js'
import { TestAccumulator } from './test-accumulator.js'

describe('the options', () => {
  const wrong: [keyof AccumulatorOptions, unknown, string?][] = [
    ['lingerMs', -1],
    ['batchBytes', 1_023],
    ['batchRecords', 0],
    ['bufferBytes', 65_535],
    ['maxBlockMs', -1],
    ['deliveryTimeoutMs', 0],
    ['lingerMs', Number.NaN],
    ['maxBlockMs', Infinity],
    ['lingerMs', '5', "the string '5'"],
    ['maxBlockMs', null],
    ['bufferBytes', 2n ** 20n, 'the bigint 1048576n'],
    ['batchBytes', 65_536.5],
    ['batchRecords', 1.5],
    ['bufferBytes', 1e15],
    ['deliveryTimeoutMs', 2 ** 31],
  ]
  for (const [name, value, shown = String(value)] of wrong) {
    it(`refuse ${name}: ${shown}, naming it`, () => {
      expect(() => new TestAccumulator({ [name]: value })).toThrow(
        new RegExp(`^INVALID_OPTION: ${name} is ${shown}; give a `),
      )
    })
  }

  it('refuse a batch that bufferBytes cannot hold', () => {
    const create = (): unknown => new TestAccumulator({ bufferBytes: 65_536, batchBytes: 65_537 })
    expect(create).toThrow(/INVALID_OPTION: bufferBytes \(65536\) is below batchBytes \(65537\)/)
  })

  it('may be left out', () => {
    expect(accumulatorDefaults).toMatchObject({ lingerMs: 0, batchBytes: 65_536 })
    expect(new TestAccumulator().front.hasRoom).toBe(true)
  })
})
