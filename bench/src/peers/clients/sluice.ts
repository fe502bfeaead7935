// sluice.ts CHECKOUT WAY OPTIONS TASK: CHECKOUT is the folder whose build is used, WAY is enqueue, send or sendMany, and OPTIONS
// are options of the producer in JSON, which count for more than those of the task.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Codec from '@sluice/codec-lz4'
import type * as Sluice from '@sluice/producer'
import { callByCall, type Client } from '../../pipeline/client.js'
import { sluice } from '../../pipeline/clients/sluice.js'
import type { Task } from '../task.js'
import { measure } from './measure.js'

const [checkout, way, given] = process.argv.slice(2) as [string, string, string]
const { createProducer } = await built<typeof Sluice>('producer')
const { lz4 } = await built<typeof Codec>('codec-lz4')

await measure(`sluice ${versionOf('producer')}`, (task) => clientOf(task))

function clientOf({ bootstrapServers, lz4: compress, lingerMs, batchBytes }: Task): Client {
  const options = {
    ...(compress && { compression: lz4() }),
    ...(lingerMs >= 0 && { lingerMs }),
    ...(batchBytes >= 0 && { batchBytes }),
    ...(JSON.parse(given) as Partial<Sluice.ProducerOptions>),
  }
  const servers = bootstrapServers.split(',')
  if (way === 'enqueue') return sluice(servers, createProducer, options)
  const producer = createProducer({ bootstrapServers: servers, ...options })
  return {
    name: 'sluice',
    send: (record) => producer.send(record),
    pump: (count, recordOf) =>
      way === 'sendMany'
        ? callByCall(count, recordOf, (records) => producer.sendMany(records))
        : sendEach(producer, count, recordOf),
    close: () => producer.close(),
  }
}

/** A promise a record. A thousand are made in a row, and up to ten thousand wait, as in a service under load. */
async function sendEach(
  producer: Sluice.Producer,
  count: number,
  recordOf: (i: number) => Sluice.ProducerRecord,
): Promise<void> {
  const waiting: Promise<unknown>[] = []
  for (let sent = 0; sent < count; sent += 1_000) {
    const length = Math.min(1_000, count - sent)
    const sends = Array.from({ length }, (_, i) => producer.send(recordOf(sent + i)))
    waiting.push(Promise.all(sends))
    if (waiting.length === 10) await waiting.shift()
  }
  await Promise.all(waiting)
}

function built<T>(name: string): Promise<T> {
  return import(pathToFileURL(join(checkout, 'packages', name, 'dist/index.js')).href)
}

function versionOf(name: string): string {
  const file = join(checkout, 'packages', name, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
