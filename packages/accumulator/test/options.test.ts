import { describe, expect, it } from 'vitest'
import { accumulatorDefaults, type AccumulatorOptions } from '../src/index.js'
import { TestAccumulator } from './test-accumulator.js'

describe('the options', () => {
  const wrong: [keyof AccumulatorOptions, number][] = [
    ['lingerMs', -1],
    ['batchBytes', 1_023],
    ['batchRecords', 0],
    ['bufferBytes', 65_535],
    ['maxBlockMs', -1],
    ['deliveryTimeoutMs', 0],
    ['lingerMs', Number.NaN],
    ['maxBlockMs', Infinity],
  ]
  for (const [name, value] of wrong) {
    it(`refuse ${name}: ${value}, naming it`, () => {
      expect(() => new TestAccumulator({ [name]: value })).toThrow(
        new RegExp(`^INVALID_OPTION: ${name} is ${value}`),
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
