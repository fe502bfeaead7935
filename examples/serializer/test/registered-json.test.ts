import { createMockProducer, serializerConformance } from '@sluice/producer/testing'
import { describe, expect, test } from 'vitest'
import { registeredJson } from '../src/registered-json.js'

const register = async (): Promise<number> => 7

serializerConformance(test, () => registeredJson('{}', register), [
  { total: 7 },
  { total: 8 },
  [],
  'ä',
])

describe('a serializer that asks a registry', () => {
  test.each([1, 10])(
    'asks once for each of %i topics, and a thousand first sends keep their order',
    async (count) => {
      const asked: string[] = []
      const serializer = registeredJson<number>('{}', async (subject) => {
        asked.push(subject)
        await new Promise((resolve) => setImmediate(resolve))
        return asked.length
      })
      const producer = createMockProducer({ valueSerializer: serializer })
      const topics = Array.from({ length: count }, (_, at) => `orders-${at}`)
      const sends = Array.from({ length: 1_000 }, (_, value) =>
        producer.send({ topic: topics[value % count]!, value }),
      )
      await Promise.all(sends)
      expect(asked).toEqual(topics.map((topic) => `${topic}-value`))
      for (const topic of topics) {
        const values = producer.sent
          .filter((record) => record.topic === topic)
          .map(({ value }) => Number(Buffer.from(value as Uint8Array).toString('utf8', 5)))
        expect(values).toEqual(values.toSorted((a, b) => a - b))
        expect(values).toHaveLength(1_000 / count)
      }
    },
  )

  test('writes the zero byte, the id and the text, and asks again after a failure', async () => {
    let calls = 0
    const serializer = registeredJson<object>('{}', async () => {
      if (++calls === 1) throw new Error('the registry is away')
      return 258
    })
    const producer = createMockProducer({ valueSerializer: serializer })
    await expect(producer.send({ topic: 'orders', value: {} })).rejects.toMatchObject({
      code: 'SERIALIZATION_FAILED',
      cause: { message: 'the registry is away' },
    })
    await producer.send({ topic: 'orders', value: { a: 1 } })
    await producer.send({ topic: 'orders', value: null })
    const text = [...Buffer.from('{"a":1}')]
    expect(producer.sent.map(({ value }) => value && [...Buffer.from(value)])).toEqual([
      [0, 0, 0, 1, 2, ...text],
      null,
    ])
  })
})
