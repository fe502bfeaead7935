// Plain JavaScript, run by Node itself, since every instruction of a tool between them would be counted.
import { fromBuild } from './packages-of-a-build.mjs'
import { producerWithoutBrokers } from './producer-without-brokers.mjs'

const [checkout, load, records, bootstrapServers] = process.argv.slice(2)
/** So many are sent before the producer is asked to flush. */
const recordsARound = 20_000
const tasks = 1_000
/** Under valgrind everything takes fifty times as long. */
const patient = {
  connectionSetupTimeoutMs: 300_000,
  requestTimeoutMs: 300_000,
  maxBlockMs: 300_000,
  deliveryTimeoutMs: 900_000,
}
const value = Buffer.alloc(100, 'x')
const keys = Array.from({ length: 10_000 }, (_, i) => `key-${String(i).padStart(12, '0')}`)

const producer =
  bootstrapServers === undefined
    ? await producerWithoutBrokers(checkout)
    : await producerOf(bootstrapServers.split(','))
const round = { enqueue, send, await: awaiting }[load]
for (let sent = 0; sent < Number(records); sent += recordsARound) await round()
await producer.close()
// What runs after the load is no part of it.
process.exit()

async function producerOf(servers) {
  const { createProducer } = await fromBuild(checkout, 'producer/dist/index')
  return createProducer({ bootstrapServers: servers, ...patient })
}

async function enqueue() {
  for (let i = 0; i < recordsARound; i++)
    if (!producer.enqueue(recordOf(i), onDelivery)) await producer.drained()
  await producer.flush()
}

function send() {
  return Promise.all(Array.from({ length: recordsARound }, (_, i) => producer.send(recordOf(i))))
}

function awaiting() {
  return Promise.all(Array.from({ length: tasks }, (_, from) => task(from)))
}

async function task(from) {
  for (let i = from; i < recordsARound; i += tasks) await producer.send(recordOf(i))
}

function recordOf(i) {
  return { topic: 'bench', key: keys[i % keys.length], value }
}

function onDelivery(error) {
  if (error !== null) throw error
}
