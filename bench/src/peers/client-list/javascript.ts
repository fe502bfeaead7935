import { loadInstalled } from '../../installed.js'
import { platformaticNeeds } from '../../pipeline/clients/platformatic.js'
import type { PeerClient } from './client.js'
import { script } from './script.js'

export const kafkajs: PeerClient = {
  id: 'kafkajs',
  pace: 'slow',
  prepare: async () => (task) => script('kafkajs', [JSON.stringify(task)]),
}

export const platformatic: PeerClient = {
  id: 'platformatic',
  pace: 'slow',
  async prepare() {
    const needs = platformaticNeeds()
    if (needs !== null) throw new Error(needs)
    await loadInstalled('@platformatic/kafka')
    return (task) => script('platformatic', [JSON.stringify(task)])
  },
}

/** Prepared requests: what a socket takes at most. Nothing is appended, so it has no tasks that await their records. */
export const raw: PeerClient = {
  id: 'raw',
  pace: 'fast',
  workloads: ['w1', 'w2', 'w3', 'w5'],
  prepare: async () => (task) => script('raw', [JSON.stringify(task)]),
}
