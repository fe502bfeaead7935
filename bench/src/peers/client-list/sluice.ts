import type { ProducerOptions } from '@sluice/producer'
import { buildCheckout } from '../build-checkout.js'
import type { Task } from '../task.js'
import type { Command, PeerClient } from './client.js'
import { script } from './script.js'

type Way = 'enqueue' | 'send' | 'sendMany'

/** A program that awaits each record takes `send`; the other ways are for many. */
const ways: readonly { readonly way: Way; readonly workloads: readonly string[] }[] = [
  { way: 'enqueue', workloads: ['w1', 'w2', 'w3', 'w7'] },
  { way: 'send', workloads: ['w1', 'w2', 'w3', 'w4', 'w4b', 'w5', 'w6'] },
  { way: 'sendMany', workloads: ['w1', 'w2', 'w3'] },
]

/**
 * Sluice in each way of sending, with the sender on the main thread and on a thread of its own.
 *
 * @param name - what the ids begin with
 * @param checkout - the folder of the source
 */
export function sluiceClients(name: string, checkout: string): PeerClient[] {
  return [false, true].flatMap((senderThread) =>
    ways.map(({ way, workloads }) => ({
      id: `${name}-${senderThread ? 'thread-' : ''}${way}`,
      pace: 'fast' as const,
      workloads,
      prepare: () => sluiceIn(checkout, way, senderThread ? { senderThread } : {}),
    })),
  )
}

/**
 * A program that does its task with a producer of this checkout, as it is built: what users have, and what the sender's thread
 * can import.
 */
export async function sluiceIn(
  checkout: string,
  way: Way,
  options: Partial<ProducerOptions>,
): Promise<(task: Task) => Command> {
  await buildCheckout(checkout)
  return (task) =>
    script('sluice', [checkout, way, JSON.stringify(options), JSON.stringify(task)], [])
}
