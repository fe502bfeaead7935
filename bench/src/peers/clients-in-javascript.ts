import { fileURLToPath } from 'node:url'
import { createProducer, type ProducerOptions } from '@sluice/producer'
import { loadInstalled } from '../installed.js'
import { platformaticNeeds } from '../pipeline/clients/platformatic.js'
import type { Command, PeerClient } from './client.js'
import type { Task } from './task.js'

/** This checkout. */
export const here = fileURLToPath(new URL('../../../', import.meta.url))

const ways = [
  // A program that awaits each record takes `send`; the other ways are for many.
  { way: 'enqueue', workloads: ['w1', 'w2', 'w3', 'w7'] },
  { way: 'send', workloads: ['w1', 'w2', 'w3', 'w4', 'w5', 'w6'] },
  { way: 'sendMany', workloads: ['w1', 'w2', 'w3'] },
] as const

/**
 * Sluice in each way of sending.
 *
 * @param name - what the ids begin with
 * @param checkout - the folder of the source
 */
export function sluiceClients(name: string, checkout: string): PeerClient[] {
  return (['inline', 'thread'] as const).flatMap((thread) =>
    ways.map(({ way, workloads }): PeerClient => {
      const id = thread === 'inline' ? `${name}-${way}` : `${name}-thread-${way}`
      const prepare = async (): Promise<(task: Task) => Command> => {
        if (thread === 'thread') await mustHaveSenderThread()
        return (task) => script('sluice', [checkout, way, thread, JSON.stringify(task)])
      }
      return { id, pace: 'fast', workloads, prepare }
    }),
  )
}

/** Asks the producer itself, so that these clients take part as soon as it has the option. */
async function mustHaveSenderThread(): Promise<void> {
  const options = { bootstrapServers: '127.0.0.1:1', senderThread: true }
  const producer = createProducer(options satisfies ProducerOptions)
  await producer.close()
}

export const kafkajsClient: PeerClient = {
  id: 'kafkajs',
  pace: 'slow',
  prepare: async () => (task) => script('kafkajs', [JSON.stringify(task)]),
}

export const platformaticClient: PeerClient = {
  id: 'platformatic',
  pace: 'slow',
  async prepare() {
    const needs = platformaticNeeds()
    if (needs !== null) throw new Error(needs)
    await loadInstalled('@platformatic/kafka')
    return (task) => script('platformatic', [JSON.stringify(task)])
  },
}

function script(name: string, args: readonly string[]): Command {
  const file = fileURLToPath(new URL(`./clients/${name}.ts`, import.meta.url))
  const node = ['--conditions=@sluice/source', '--import', 'tsx', file]
  return { file: process.execPath, args: [...node, ...args], cwd: here }
}
