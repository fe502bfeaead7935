import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import {
  crc32Partitioner,
  kafkajsLegacyPartitioner,
  murmur2Partitioner,
  partitionForKey,
  rackAware,
  roundRobinPartitioner,
  uniformStickyPartitioner,
  type Partitioner,
  type PartitionInput,
  type TopicPartitioner,
  type TopicView,
} from '../src/index.js'
import { partitionerConformance } from '../src/testing.js'

describe('the uniform sticky partitioner', () => {
  partitionerConformance(test, () => uniformStickyPartitioner())
  partitionerConformance(test, () => uniformStickyPartitioner({ availabilityTimeoutMs: 5000 }))
})

describe('the uniform sticky partitioner that ignores keys', () => {
  const make = (): Partitioner => uniformStickyPartitioner({ ignoreKeys: true })
  partitionerConformance(test, make, { ignoresKeys: true })
})

describe('the round robin partitioner', () => {
  partitionerConformance(test, () => roundRobinPartitioner())
})

describe('the round robin partitioner that ignores keys', () => {
  const make = (): Partitioner => roundRobinPartitioner({ ignoreKeys: true })
  partitionerConformance(test, make, { ignoresKeys: true })
})

describe('the murmur2 partitioner', () => {
  partitionerConformance(test, () => murmur2Partitioner())
})

describe('the crc32 partitioner', () => {
  partitionerConformance(test, () => crc32Partitioner())
})

describe('the legacy partitioner of kafkajs', () => {
  partitionerConformance(test, () => kafkajsLegacyPartitioner())
})

describe.each(['rack-0', 'rack-elsewhere'])('a rack-aware partitioner in %s', (rack) => {
  partitionerConformance(test, () => rackAware(uniformStickyPartitioner(), { rack }))
  partitionerConformance(test, () => rackAware(crc32Partitioner(), { rack }))
})

describe('a partitioner of one line', () => {
  const first: TopicPartitioner = { partition: () => 0 }
  partitionerConformance(test, () => ({ forTopic: () => first }))
})

/** The titles that fail. */
function failures(make: () => Partitioner, options = {}): string[] {
  const failed: string[] = []
  const run = (name: string, body: () => void): void => {
    try {
      body()
    } catch {
      failed.push(name)
    }
  }
  partitionerConformance(run, make, options)
  return failed
}

type Choose = (input: PartitionInput, topic: TopicView) => number
const choosing = (partition: Choose) => (): Partitioner => ({ forTopic: () => ({ partition }) })
const hash: Choose = ({ keyBytes }, { partitionCount }) =>
  keyBytes ? partitionForKey(keyBytes, partitionCount) : 0

describe('the kit', () => {
  it.each([
    ['is out of range', choosing((_, topic) => topic.partitionCount)],
    ['is negative', choosing(() => -1)],
    ['is a fraction', choosing((_, topic) => topic.partitionCount / 2)],
    ['is not a number', choosing(() => Number.NaN)],
    ['is a string', choosing(() => '0' as unknown as number)],
  ])('rejects a partition that %s', (_, make) => {
    expect(failures(make)).toContain('chooses a partition that the topic has')
  })

  it('rejects a partitioner that remembers a partition count', () => {
    const make = (): Partitioner => ({
      forTopic: () => {
        let count = 0
        return { partition: (_, topic) => (count ||= topic.partitionCount) - 1 }
      },
    })
    expect(failures(make)).toEqual(['follows a topic as partitions are added and leaders change'])
  })

  it('rejects a partitioner that shares its state between topics', () => {
    const make = (): Partitioner => {
      let sticky = -1
      const partition: Choose = (_, topic) => (sticky < 0 ? (sticky = topic.available[0]!) : sticky)
      return { forTopic: () => ({ partition }) }
    }
    expect(failures(make)).toContain('keeps topics apart')
  })

  it('rejects a partitioner that keeps topics in a plain object', () => {
    const make = (): Partitioner => {
      const choosers: Record<string, TopicPartitioner> = {}
      return { forTopic: (topic) => (choosers[topic] ??= { partition: hash }) }
    }
    expect(failures(make)).toEqual(['takes a topic of any name'])
  })

  it('rejects a partitioner that writes to the key', () => {
    const make = choosing((input, topic) => {
      input.keyBytes?.reverse()
      return hash(input, topic)
    })
    expect(failures(make)).toContain('leaves the key bytes as they are')
  })

  it('rejects a partitioner that throws in onAppend', () => {
    const onAppend = (_: number, bytes: number): void => {
      if (bytes > 2 ** 31) throw new RangeError('too much')
    }
    const make = (): Partitioner => ({ forTopic: () => ({ partition: hash, onAppend }) })
    expect(failures(make)).toEqual(['takes whatever it is told of appended records'])
  })

  it('rejects a partitioner that moves keys with the leaders, unless it says so', () => {
    const make = choosing(({ keyBytes }, { available }) =>
      keyBytes ? available[partitionForKey(keyBytes, available.length)]! : 0,
    )
    expect(failures(make)).toEqual(['gives one key one partition while the partition count stands'])
    expect(failures(make, { ignoresKeys: true })).toEqual([])
  })

  it('rejects a partitioner that keeps the key bytes', () => {
    const make = (): Partitioner => ({
      forTopic: () => {
        const known: Uint8Array[] = []
        const partition: Choose = ({ keyBytes }, { partitionCount }) => {
          if (!keyBytes) return 0
          const place = known.findIndex((key) => Buffer.compare(key, keyBytes) === 0)
          return (place < 0 ? known.push(keyBytes) - 1 : place) % partitionCount
        }
        return { partition }
      },
    })
    expect(failures(make)).toEqual(['does not rely on key bytes of earlier records'])
  })

  it('rejects a partitioner that places keys otherwise in each producer', () => {
    let salts = 0
    const make = (): Partitioner => {
      const salt = salts++
      const partition: Choose = (input, topic) => (hash(input, topic) + salt) % topic.partitionCount
      return { forTopic: () => ({ partition }) }
    }
    expect(failures(make)).toEqual(['gives one key the same partition in every producer'])
  })

  // jest takes a parameter for a callback to wait for, and refuses what a test returns unless it is a promise.
  it('gives any runner tests without parameters that return nothing', () => {
    const shapes: unknown[] = []
    const run = (name: string, body: () => void): void =>
      void shapes.push([typeof name, body.length, body()])
    partitionerConformance(run, () => roundRobinPartitioner())
    expect(shapes).toEqual(Array.from({ length: 9 }, () => ['string', 0, undefined]))
  })

  it('runs under node:test too', () => {
    const file = fileURLToPath(new URL('under-node-test.ts', import.meta.url))
    const flags = ['--conditions=@sluice/source', '--import=tsx', '--test', '--test-reporter=tap']
    const output = execFileSync(process.execPath, [...flags, file], { encoding: 'utf8' })
    expect(output).toMatch(/^# pass 9$/m)
    expect(output).toMatch(/^# fail 0$/m)
  })
})
