import type { Mutant } from './mutant.js'

const uniformSticky = 'packages/partitioner/test/uniform-sticky.test.ts'
const weightedDraw = 'packages/partitioner/test/weighted-draw.test.ts'
const murmur2 = 'packages/partitioner/test/murmur2.test.ts'
const crc32 = 'packages/partitioner/test/crc32-partitioner.test.ts'
const kafkajs = 'packages/partitioner/test/kafkajs-legacy-partitioner.test.ts'
const keyed = 'packages/partitioner/test/keyed-partitioner.test.ts'
const rackAware = 'packages/partitioner/test/rack-aware.test.ts'
const every = 'packages/partitioner/test/every-partitioner.test.ts'

export const partitionerMutants: readonly Mutant[] = [
  {
    name: 'uniform sticky switches on a half-filled batch',
    file: 'packages/partitioner/src/uniform-sticky.ts',
    find: 'if (!this.#tailOpen || this.#producedBytes >= 2 * topic.batchBytes) return true',
    replace: 'return true',
    killedBy: { file: uniformSticky, title: 'do not leave a half-filled batch behind' },
    why: 'KAFKA-14156: once batches linger, many small ones are sent.',
  },
  {
    name: 'uniform sticky waits for a batch that has gone',
    file: 'packages/partitioner/src/uniform-sticky.ts',
    find: 'return topic.queuedBatches(this.#partition) === 0',
    replace: 'return false',
    killedBy: {
      file: uniformSticky,
      title: 'move on when the half-filled batch that held them has been sent',
    },
    why: 'KAFKA-14156: a switch that was delayed never comes, so load piles up.',
  },
  {
    name: 'uniform sticky stays on a partition that lost its leader',
    file: 'packages/partitioner/src/uniform-sticky.ts',
    find: 'return this.#index >= 0',
    replace: 'return true',
    killedBy: {
      file: uniformSticky,
      title: 'leave a partition at once when it has lost its leader',
    },
    why: 'Records without a key wait for a leader while other partitions could take them.',
  },
  {
    name: 'uniform sticky counts records with a key',
    file: 'packages/partitioner/src/uniform-sticky.ts',
    find: 'if (!this.#stuck || partition !== this.#partition) return',
    replace: 'if (partition !== this.#partition) return',
    killedBy: {
      file: uniformSticky,
      title: 'do not count towards the share of the sticky partition',
    },
    why: 'Records with a key would end the stay early and make batches smaller.',
  },
  {
    name: 'keys hash over the partitions that have a leader',
    file: 'packages/partitioner/src/uniform-sticky.ts',
    find: 'return partitionForKey(keyBytes!, topic.partitionCount)',
    replace: 'return topic.available[partitionForKey(keyBytes!, topic.available.length)]!',
    killedBy: {
      file: uniformSticky,
      title: 'go to the partition of their key, with a leader or without',
    },
    why: 'While a broker restarts, keys would move, and their order would be lost.',
  },
  {
    name: 'the sign bit of murmur2 is not cleared',
    file: 'packages/partitioner/src/murmur2.ts',
    find: '(murmur2(keyBytes) & 0x7fffffff) % partitionCount',
    replace: 'Math.abs(murmur2(keyBytes)) % partitionCount',
    killedBy: { file: murmur2, title: 'equals Java for random keys over 12 partitions' },
    why: 'Half of all keys would not be where the Java producer puts them.',
  },
  {
    name: 'the weights are off by one',
    file: 'packages/partitioner/src/weighted-draw.ts',
    find: 'total += longest + 1 - queue',
    replace: 'total += longest - queue',
    killedBy: {
      file: weightedDraw,
      title: 'gives each partition the chances that Java’s BuiltInPartitioner gives it',
    },
    why: 'The partition with the longest queue would get no record, and equal queues no weight.',
  },
  {
    name: 'the draw is off by one',
    file: 'packages/partitioner/src/weighted-draw.ts',
    find: 'else low = middle + 1',
    replace: 'else low = middle + 2',
    killedBy: { file: weightedDraw, title: 'gives equal chances when all queues are equally long' },
    why: 'Some partitions would be drawn as often as their neighbours should be.',
  },
  {
    name: 'old weights serve for a partition that has stalled',
    file: 'packages/partitioner/src/weighted-draw.ts',
    find: 'return this.#hasStalled(topic, topic.available[index]!) ? this.#drawAnew(topic) : index',
    replace: 'return index',
    killedBy: {
      file: weightedDraw,
      title: 'takes none whose queue has become the longest since',
    },
    why: 'With many partitions a stalled broker still gets its full share.',
  },
  {
    name: 'weights are used after the leaders have changed',
    file: 'packages/partitioner/src/weighted-draw.ts',
    find: 'this.#drawsLeft === 0 || available !== this.#available || available.length !== this.#count',
    replace: 'this.#drawsLeft === 0',
    killedBy: { file: weightedDraw, title: 'weighs anew when leaders have changed' },
    why: 'An index beyond the list is no partition: the record would be rejected.',
  },
  {
    name: 'round robin takes partitions without a leader',
    file: 'packages/partitioner/src/round-robin.ts',
    find: 'return topic.available[this.#turn++]!',
    replace: 'return this.#turn++',
    killedBy: {
      file: every,
      title:
        'the round robin partitioner puts records without a key on partitions that have a leader',
    },
    why: 'Records wait for a leader while other partitions could take them.',
  },
  {
    name: 'crc32 is signed',
    file: 'packages/partitioner/src/crc32.ts',
    find: 'return ~crc >>> 0',
    replace: 'return ~crc',
    killedBy: { file: crc32, title: 'puts random keys where librdkafka put them' },
    why: 'Half of all keys would get a negative partition and be rejected.',
  },
  {
    name: 'crc32 places an empty key as a key',
    file: 'packages/partitioner/src/crc32-partitioner.ts',
    find: 'keyless, true)',
    replace: 'keyless, false)',
    killedBy: { file: crc32, title: 'takes an empty key for none, as consistent_random does' },
    why: 'All records with an empty key, which librdkafka spreads, would go to partition 0.',
  },
  {
    name: 'the hash of kafkajs multiplies exactly',
    file: 'packages/partitioner/src/kafkajs-murmur2.ts',
    find: 'const mixed = wordAt(bytes, i) * multiplier',
    replace: 'const mixed = Math.imul(wordAt(bytes, i), multiplier)',
    killedBy: {
      file: kafkajs,
      title: 'puts 10 000 random keys where kafkajs does, of 12 partitions',
    },
    why: 'Keys would leave the partitions where kafkajs put them.',
  },
  {
    name: 'the keyless partitioner is told of records with a key',
    file: 'packages/partitioner/src/keyed-partitioner.ts',
    find: 'if (this.#passedOn) this.#keyless',
    replace: 'this.#keyless',
    killedBy: { file: keyed, title: 'does not tell it of records with a key' },
    why: 'It would count bytes that it did not place, and leave half-filled batches behind.',
  },
  {
    name: 'the rack is ignored',
    file: 'packages/partitioner/src/rack-aware.ts',
    find: 'return local.length > 0 ? local : available',
    replace: 'return available',
    killedBy: {
      file: rackAware,
      title: 'keeps records without a key on the partitions led in its rack',
    },
    why: 'Traffic between zones is slow, and costs money.',
  },
  {
    name: 'a rack without leaders has no partition',
    file: 'packages/partitioner/src/rack-aware.ts',
    find: 'return local.length > 0 ? local : available',
    replace: 'return local',
    killedBy: {
      file: rackAware,
      title: 'takes all that have a leader while none is in its rack',
    },
    why: 'Every record without a key would be rejected while the rack has no leader.',
  },
]
