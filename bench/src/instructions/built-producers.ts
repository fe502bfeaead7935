import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Front from '@sluice/accumulator/front'
import type * as Queue from '@sluice/accumulator/queue'
import type * as Partitioner from '@sluice/partitioner'
import type * as Sluice from '@sluice/producer'
import type * as Compose from '@sluice/producer/compose'
import { instantSendingHalf } from '../append/instant-sending-half.js'

const maxRequestBytes = 1_048_576
/** Under valgrind everything takes fifty times as long. */
const patient = {
  connectionSetupTimeoutMs: 300_000,
  requestTimeoutMs: 300_000,
  maxBlockMs: 300_000,
  deliveryTimeoutMs: 900_000,
}

/** A producer as a checkout has built it. */
export async function builtProducer(
  checkout: string,
  bootstrapServers: string[],
): Promise<Sluice.Producer> {
  const { createProducer } = await builtEntry<typeof Sluice>(checkout, 'producer/dist/index.js')
  return createProducer({ bootstrapServers, ...patient })
}

/** Its stages before the sender, with a sending half that acknowledges each batch at once. */
export async function builtProducerWithoutBrokers(checkout: string): Promise<Sluice.Producer> {
  const built = <T>(entry: string): Promise<T> => builtEntry(checkout, entry)
  const { createFront } = await built<typeof Front>('accumulator/dist/front.js')
  const { createQueue } = await built<typeof Queue>('accumulator/dist/queue.js')
  const { murmur2Partitioner } = await built<typeof Partitioner>('partitioner/dist/index.js')
  const { composeProducer, nodeRuntime } = await built<typeof Compose>('producer/dist/compose.js')
  const runtime = nodeRuntime()
  const sendingHalf = instantSendingHalf(createQueue, 12, {})
  const front = createFront({ runtime, toQueue: (message) => sendingHalf.receive(message) })
  const stages = { partitioner: murmur2Partitioner(), front, sendingHalf }
  return composeProducer(stages, { runtime, maxRequestBytes })
}

async function builtEntry<T>(checkout: string, entry: string): Promise<T> {
  return (await import(pathToFileURL(join(checkout, 'packages', entry)).href)) as T
}
