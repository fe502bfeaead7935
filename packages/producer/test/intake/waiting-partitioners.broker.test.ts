import type { PartitionInput } from '@sluice/partitioner'
import { expect, test } from 'vitest'
import { producersOfFile } from '../producers-of-file.js'

const file = producersOfFile('waiting-partitioners', 2)

/** What a partitioner may do, on purpose or not, to what it is given of a record that has waited. */
const deeds: Record<string, (input: PartitionInput) => void> = {
  'transfers the memory of the value': ({ record }) => transfer(record.value),
  'transfers the memory of the key': ({ record }) => transfer(record.key),
  'transfers the memory of a header': ({ record }) =>
    transfer((record.headers as [string, Uint8Array][])[0]![1]),
  'overwrites all that it can reach': ({ record }) => {
    for (const bytes of [record.value, record.key])
      new Uint8Array((bytes as Uint8Array).buffer).fill(0)
  },
  'freezes its input and the record': (input) => {
    Object.freeze(input)
    Object.freeze(input.record)
  },
  throws: ({ record }) => {
    if (String(record.value) === 'outer') throw new Error('no partition')
  },
}

function transfer(bytes: unknown): void {
  const { buffer } = bytes as Uint8Array<ArrayBuffer>
  structuredClone(buffer, { transfer: [buffer] })
}

test.each(Object.keys(deeds))(
  'a partitioner that %s harms no other record that waits',
  async (deed) => {
    let asked = 0
    const partition = (input: PartitionInput): number => {
      if (asked++ === 0) deeds[deed]!(input)
      return 0
    }
    const { producer, topic } = file.open({ partitioner: { forTopic: () => ({ partition }) } })
    const record = (name: string) => {
      const bytes = (): Buffer => Buffer.from(name)
      return { topic, key: bytes(), value: bytes(), headers: [['h', bytes()]] as const }
    }
    const outer = producer.send(record('outer')).catch(() => {})
    const others = ['b', 'c', 'd']
    await Promise.all(others.map((name) => producer.send(record(name))))
    await outer
    const written = file.cluster.records(topic).slice(-others.length)
    const read = written.map(({ key, value, headers }) => [key, value, headers[0]?.[1]].map(String))
    expect(read).toEqual(others.map((name) => [name, name, name]))
  },
)

test('a partitioner that sends in the turn of a record that has waited mixes up neither, and order holds', async () => {
  const inner: Promise<unknown>[] = []
  const partition = ({ record }: PartitionInput): number => {
    if (record.value === 'b') inner.push(producer.send({ topic, value: 'inner' }))
    return 0
  }
  const { producer, topic } = file.open({ partitioner: { forTopic: () => ({ partition }) } })
  await Promise.all(['a', 'b', 'c'].map((value) => producer.send({ topic, value })))
  await Promise.all(inner)
  const values = file.cluster.records(topic).map(({ value }) => String(value))
  expect(values).toEqual(['a', 'b', 'c', 'inner'])
})
