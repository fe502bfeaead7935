import type { InstrumentationEvent, Producer } from 'kafkajs-original'
import { expect, test } from 'vitest'
import { alone, sideBySide } from './side-by-side.js'

const messages = [{ value: 'a', partition: 0 }]

async function eventsOf(producer: Producer, name: string, play: () => Promise<unknown>) {
  const events: InstrumentationEvent<Record<string, unknown>>[] = []
  const remove = producer.on(name as 'producer.network.request', (event) => {
    events.push(event)
  })
  await play()
  remove()
  return events
}

test('the event of a request has the fields of kafkajs, of the same types', async () => {
  const { kafkajs, ours } = await sideBySide(async (producer) => {
    await producer.send({ topic: 't', messages })
    const [event] = await eventsOf(producer, producer.events.REQUEST, () =>
      producer.send({ topic: 't', messages }),
    )
    const { payload, ...envelope } = event!
    expect(payload).toMatchObject({ apiKey: 0, apiName: 'Produce', clientId: 'kafkajs' })
    return [typesOf(envelope), typesOf(payload)]
  })
  expect(ours).toEqual(kafkajs)
})

function typesOf(fields: object): Record<string, string> {
  const types = Object.entries(fields).map(([name, value]) => [name, typeof value] as const)
  return Object.fromEntries(types)
}

test('a request without an answer in time is told with the fields of kafkajs', async () => {
  // Longer than a busy machine takes for the healthy requests before.
  const config = { requestTimeout: 1_000, retry: { retries: 0 } }
  const { kafkajs, ours } = await sideBySide(
    async (producer, cluster) => {
      await producer.send({ topic: 't', messages })
      cluster.intercept('Produce', (call) => call.hang(), { times: 1 })
      const events = await eventsOf(producer, producer.events.REQUEST_TIMEOUT, () =>
        expect(producer.send({ topic: 't', messages })).rejects.toMatchObject({
          name: 'KafkaJSNumberOfRetriesExceeded',
          cause: { name: 'KafkaJSRequestTimeoutError' },
        }),
      )
      return typesOf(events[0]!.payload)
    },
    { config },
  )
  expect(ours).toEqual(kafkajs)
})

test('connecting and disconnecting are told, and a listener that fails disturbs nobody', async () => {
  const log: string[] = []
  const logCreator = () => (entry: { log: { message: string } }) => void log.push(entry.log.message)
  const names: string[] = []
  await alone(
    'ours',
    async (producer) => {
      producer.on('producer.connect', ({ type }) => {
        names.push(type)
        throw new Error('of the listener')
      })
      producer.on('producer.disconnect', ({ type }) => void names.push(type))
      await producer.disconnect()
      await producer.connect()
    },
    { config: { logLevel: 4, logCreator } },
  )
  expect(names).toEqual(['producer.disconnect', 'producer.connect', 'producer.disconnect'])
  expect(log).toContain('Failed to execute listener: of the listener')
})
