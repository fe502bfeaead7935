import { createProducer, type ProducerOptions } from '@sluice/producer'
import type { PeerClient } from './client.js'
import { script } from './script.js'

/** A program that awaits each record takes `send`; the other ways are for many. */
const ways = [
  { way: 'enqueue', workloads: ['w1', 'w2', 'w3', 'w7'] },
  { way: 'send', workloads: ['w1', 'w2', 'w3', 'w4', 'w4b', 'w5', 'w6'] },
  { way: 'sendMany', workloads: ['w1', 'w2', 'w3'] },
] as const

/**
 * Sluice in each way of sending, with the sender on the main thread and on a thread of its own.
 *
 * @param name - what the ids begin with
 * @param checkout - the folder of the source
 */
export function sluiceClients(name: string, checkout: string): PeerClient[] {
  return (['inline', 'thread'] as const).flatMap((thread) =>
    ways.map(({ way, workloads }) => ({
      id: thread === 'inline' ? `${name}-${way}` : `${name}-thread-${way}`,
      pace: 'fast',
      workloads,
      async prepare() {
        if (thread === 'thread') await mustHaveSenderThread()
        return (task) => script('sluice', [checkout, way, thread, JSON.stringify(task)])
      },
    })),
  )
}

/** Asks the producer itself, so that these clients take part as soon as it has the option. */
async function mustHaveSenderThread(): Promise<void> {
  const options = { bootstrapServers: '127.0.0.1:1', senderThread: true }
  await createProducer(options satisfies ProducerOptions).close()
}
