import { expect, test } from 'vitest'
import {
  crc32Partitioner,
  kafkajsLegacyPartitioner,
  murmur2Partitioner,
  rackAware,
  roundRobinPartitioner,
  uniformStickyPartitioner,
} from '../src/index.js'

const sticky = uniformStickyPartitioner()

test.each<[string, () => unknown, string]>([
  [
    'a boolean as text',
    () => uniformStickyPartitioner({ ignoreKeys: 'false' as never }),
    "ignoreKeys is the string 'false'; give true or false",
  ],
  [
    'a misspelt option',
    () => uniformStickyPartitioner({ ignoreKey: true } as never),
    'uniformStickyPartitioner has no option ignoreKey; did you mean ignoreKeys?',
  ],
  [
    'milliseconds as text',
    () => uniformStickyPartitioner({ availabilityTimeoutMs: '5' as never }),
    "availabilityTimeoutMs is the string '5'; give a number from 0 to 2147483647",
  ],
  [
    'no milliseconds',
    () => uniformStickyPartitioner({ availabilityTimeoutMs: null as never }),
    'availabilityTimeoutMs is null; give a number',
  ],
  [
    'no options',
    () => uniformStickyPartitioner(null as never),
    'the argument of uniformStickyPartitioner is null; give { adaptive,',
  ],
  [
    'a random number in place of its source',
    () => roundRobinPartitioner({ random: 0.5 as never }),
    'random is 0.5; give a function',
  ],
  [
    'a one for true',
    () => roundRobinPartitioner({ ignoreKeys: 1 as never }),
    'ignoreKeys is 1; give true or false',
  ],
  [
    'a name in place of the options',
    () => rackAware(sticky, 'a' as never),
    "the argument of rackAware is the string 'a'; give { rack }",
  ],
  [
    'no rack, but its name in Kafka',
    () => rackAware(sticky, { clientRack: 'a' } as never),
    'rackAware has no option clientRack',
  ],
  [
    'a function in place of a partitioner',
    () => rackAware((() => 0) as never, { rack: 'a' }),
    'the partitioner of rackAware has no forTopic; give a partitioner',
  ],
  [
    'a partitioner in place of the options',
    () => murmur2Partitioner(sticky as never),
    'murmur2Partitioner has no option forTopic',
  ],
  [
    'a function for records without a key',
    () => crc32Partitioner({ keyless: (() => 0) as never }),
    'keyless has no forTopic; give a partitioner',
  ],
  [
    'null for records without a key',
    () => kafkajsLegacyPartitioner({ keyless: null as never }),
    'keyless has no forTopic; give a partitioner',
  ],
])('a partitioner refuses %s, and says what to give', (_, make, message) => {
  expect(make).toThrow(`INVALID_OPTION: ${message}`)
})
