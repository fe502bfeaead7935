import { createProducer } from '@sluice/producer'
import { inspectProducer } from '../../src/index.js'
import { load } from '../load.js'
import { intervalCostUs } from './snapshot-cost.js'

/** A service that sends 50 000 records a second, in a process of its own. It tells its CPU time and its records whenever it is asked. */
const [bootstrapServers = '', topic = '', partitions = ''] = process.argv.slice(2)
const producer = createProducer({ bootstrapServers })
const inspector = await inspectProducer(producer, { port: 0 })
const stop = new AbortController()
const loaded = load(producer, topic, {
  perSecond: 50_000,
  partitions: Number(partitions),
  signal: stop.signal,
})

process.on('message', (message) => {
  if (message === 'end') {
    void end()
    return
  }
  if (message === 'interval') {
    process.send?.({ intervalUs: intervalCostUs(producer) })
    return
  }
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuUs: user + system, records: producer.metrics().recordAckTotal })
})
process.send?.({ url: inspector.url })

async function end(): Promise<void> {
  stop.abort()
  await loaded
  await producer.close()
  await inspector.close()
  process.disconnect()
}
