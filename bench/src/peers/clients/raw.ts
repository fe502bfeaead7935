import type { Client } from '../../pipeline/client.js'
import type { Task } from '../task.js'
import { measure } from './measure.js'
import { RawConnection } from './raw/connection.js'
import { RawRequests } from './raw/requests.js'

/** As many as Kafka takes of one idempotent producer, which is what other clients keep under way. */
const underWay = 5

await measure('raw', open)

/** Requests that were prepared once and are written again and again: what is left is the socket, the kernel and Kafka. */
async function open(task: Task): Promise<Client> {
  const connection = await RawConnection.open(task.bootstrapServers)
  const requests = new RawRequests(task)
  const one = await requests.ofRecords(1)
  return {
    name: 'raw',
    send: () => connection.ask(one),
    pump: (count) => pump(connection, requests, count),
    close: () => connection.close(),
  }
}

async function pump(
  connection: RawConnection,
  requests: RawRequests,
  count: number,
): Promise<void> {
  const full = await requests.ofRecords(requests.mostRecords)
  const waiting: Promise<void>[] = []
  for (let left = count; left > 0; left -= requests.mostRecords) {
    const request = left < requests.mostRecords ? await requests.ofRecords(left) : full
    waiting.push(connection.ask(request))
    if (waiting.length === underWay) await waiting.shift()
  }
  await Promise.all(waiting)
}
