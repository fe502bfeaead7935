import { batchOf } from '../batches.js'
import {
  changeConfigs,
  configsOf,
  create,
  deleteBefore,
  grow,
  partitionsOf,
  remove,
  replaceConfigs,
  type Asked,
} from './admin-requests.js'
import { until } from './groups/clients.js'
import type { Script } from './script.js'
import type { Side } from './side.js'

/** Waits until the topic is known to have so many partitions; −1 for none. Kafka's brokers hear of it a moment later. */
async function becomes(side: Side, name: string, count: number): Promise<void> {
  await until(`[${count}]`, async () => `[${await partitionsOf(side, name)}]`)
}

/** The Kafka of these scripts keeps records for ever, and tells another source of what KIP-966 makes a default. */
const differing = /^(retention\.ms|min\.insync\.replicas)$/

async function everyConfig(side: Side, keys: readonly string[] | null): Promise<unknown> {
  const answer = await configsOf(side, keys)
  if (!Array.isArray(answer)) return answer
  return answer.map((part: unknown) => {
    if (!(part instanceof Set)) return part
    return new Set([...part].filter((one) => !differing.test(String(Array.isArray(one) && one[0]))))
  })
}

const wrong: readonly Asked[] = [
  { name: 'two words' },
  { name: '' },
  { name: '..' },
  { numPartitions: 0 },
  { numPartitions: -2 },
  { replicationFactor: 0 },
  { replicationFactor: -2 },
  { replicationFactor: 2 },
  { configs: { nonsense: '1' } },
  { configs: { 'retention.ms': 'long' } },
  { configs: { 'retention.ms': '-2' } },
  { configs: { 'max.message.bytes': '99999999999' } },
  { configs: { 'cleanup.policy': 'archive' } },
  { configs: { 'compression.type': 'rar' } },
  { configs: { preallocate: 'maybe' } },
  { assignments: [[0]] },
  { numPartitions: -1, assignments: [[0]] },
  { numPartitions: -1, replicationFactor: -1, assignments: [[7]] },
  { numPartitions: -1, replicationFactor: -1, assignments: [[0, 0]] },
  { numPartitions: -1, replicationFactor: -1, assignments: [[0], []] },
]

/** What administrators ask for: topics, partitions, settings, records. */
export const adminScripts: Script[] = [
  {
    title: 'topics that are created, in every version',
    run: async (side) => {
      const answers = []
      for (const version of [2, 3, 4, 5, 6, 7]) {
        const name = `${side.topic}-v${version}`
        const numPartitions = version
        answers.push(await create(side, [{ name, numPartitions }], { version, validateOnly: true }))
        answers.push(await create(side, [{ name, numPartitions }], { version }))
        await becomes(side, name, version)
        answers.push(await create(side, [{ name }], { version }))
      }
      return answers
    },
  },
  {
    title: 'topics that cannot be created',
    run: async (side) => {
      const answers = []
      for (const one of wrong) answers.push(await create(side, [one]))
      const [name, other] = [`${side.topic}-a`, `${side.topic}-b`]
      answers.push(await create(side, [{ name }, { name }, { name: other }]))
      return answers
    },
  },
  {
    title: 'topics with settings, and with the usual numbers',
    run: async (side) => {
      const [name, other] = [`${side.topic}-a`, `${side.topic}-b`]
      const configs = { 'cleanup.policy': 'compact,delete', 'max.message.bytes': '2000' }
      const answers = [await create(side, [{ name, configs, numPartitions: -1 }])]
      const usual = { name: other, numPartitions: -1, replicationFactor: -1 }
      answers.push(await create(side, [{ ...usual, assignments: [[0], [0]] }]))
      await becomes(side, name, 1)
      await becomes(side, other, 2)
      return [...answers, await configsOf(side, Object.keys(configs), { name })]
    },
  },
  {
    title: 'topics that are deleted, in every version',
    run: async (side) => {
      const answers = []
      for (const version of [1, 2, 3, 4, 5, 6]) {
        const name = `${side.topic}-v${version}`
        await create(side, [{ name }])
        await becomes(side, name, 1)
        answers.push(await remove(side, [{ name }, { name: 'nowhere' }], version))
        await becomes(side, name, -1)
      }
      const topicId = await side.topicId()
      const unknown = '01234567-89ab-cdef-0123-456789abcdef'
      answers.push(await remove(side, [{ name: null, topicId: unknown }]))
      answers.push(
        await remove(side, [{ name: side.topic, topicId }]),
        await remove(side, [{ name: null }]),
      )
      answers.push(await remove(side, [{ name: side.topic }, { name: side.topic }], 5))
      return [...answers, await remove(side, [{ name: null, topicId }])]
    },
  },
  {
    title: 'topics that get more partitions, in every version',
    run: async (side) => {
      const name = side.topic
      const answers = []
      for (const version of [0, 1, 2, 3]) {
        const count = version + 2
        answers.push(await grow(side, [{ name, count }], { version, validateOnly: true }))
        answers.push(await grow(side, [{ name, count }], { version }))
        answers.push(await grow(side, [{ name, count }], { version }))
      }
      answers.push(await grow(side, [{ name, count: 0 }]), await grow(side, [{ name, count: -1 }]))
      answers.push(await grow(side, [{ name: 'nowhere', count: 2 }]))
      answers.push(
        await grow(side, [
          { name, count: 9 },
          { name, count: 8 },
        ]),
      )
      for (const assignments of [[], [[0], [0]], [[7]], [[]], [[0, 0]]]) {
        answers.push(await grow(side, [{ name, count: 6, assignments }]))
      }
      answers.push(await grow(side, [{ name, count: 6, assignments: [[0]] }]))
      await becomes(side, name, 6)
      return answers
    },
  },
  {
    title: 'settings of a topic, in every version',
    configs: { 'max.message.bytes': '2000' },
    run: async (side) => {
      const keys = ['max.message.bytes', 'cleanup.policy', 'segment.bytes', 'nonsense', 'flush.ms']
      const answers = []
      for (const version of [1, 2, 3, 4]) answers.push(await configsOf(side, keys, { version }))
      answers.push(await configsOf(side, keys, { includeSynonyms: false }))
      answers.push(await configsOf(side, keys, { name: 'nowhere' }))
      answers.push(await configsOf(side, keys, { name: 'two words' }))
      answers.push(await configsOf(side, keys, { type: 4, name: '99' }))
      return [...answers, await configsOf(side, keys, { type: 77 })]
    },
  },
  {
    title: 'every setting of a topic',
    run: async (side) => [await everyConfig(side, null), await everyConfig(side, [])],
  },
  {
    title: 'settings that are replaced, and that are changed',
    run: async (side) => {
      const keys = ['cleanup.policy', 'max.message.bytes', 'retention.bytes']
      const answers: unknown[] = []
      const see = async (answer: unknown) => {
        // Kafka's brokers hear of it a moment later.
        await new Promise((resolve) => setTimeout(resolve, 100))
        answers.push(answer, await configsOf(side, keys))
      }
      for (const version of [0, 1, 2]) {
        const configs = { 'max.message.bytes': `200${version}`, 'cleanup.policy': 'compact' }
        await see(await replaceConfigs(side, configs, { version }))
      }
      await see(await replaceConfigs(side, { 'retention.bytes': '5' }, { validateOnly: true }))
      await see(await replaceConfigs(side, { 'retention.bytes': '5' }))
      await see(await replaceConfigs(side, { 'retention.bytes': 'five' }))
      await see(await replaceConfigs(side, { nonsense: '5' }))
      await see(await replaceConfigs(side, {}, { name: 'nowhere' }))
      await see(await changeConfigs(side, [['cleanup.policy', 2, 'compact']], 0))
      await see(await changeConfigs(side, [['cleanup.policy', 3, 'delete']]))
      await see(await changeConfigs(side, [['max.message.bytes', 0, '3000']]))
      await see(
        await changeConfigs(side, [
          ['max.message.bytes', 1, null],
          ['retention.bytes', 0, 'x'],
        ]),
      )
      await see(await changeConfigs(side, [['max.message.bytes', 1, null]]))
      await see(await changeConfigs(side, [['max.message.bytes', 2, '7']]))
      return answers
    },
  },
  {
    title: 'records that are deleted, in every version',
    run: async (side) => {
      for (const value of ['a', 'b', 'c', 'd']) await side.produce(await batchOf([{ value }]))
      const answers = []
      for (const version of [0, 1, 2]) {
        answers.push(await deleteBefore(side, BigInt(version), { version }))
      }
      answers.push(await deleteBefore(side, 1n), await deleteBefore(side, 5n))
      answers.push(await deleteBefore(side, -2n), await deleteBefore(side, 1n, { partition: 3 }))
      answers.push(await deleteBefore(side, 1n, { name: 'nowhere' }))
      return [...answers, await deleteBefore(side, -1n)]
    },
  },
]
