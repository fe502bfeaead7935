import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Cluster } from './cluster.js'
import type { Answer, Question } from './embedded-brokers.js'

const brokersOfThis = fileURLToPath(new URL('./embedded-brokers.ts', import.meta.url))

/** Brokers without files and copies, so that many of them are still cheap. */
export async function startEmbeddedCluster(brokers: number): Promise<Cluster> {
  const child = fork(brokersOfThis, [String(brokers)])
  const ended = once(child, 'exit').then(() => {
    throw new Error('The embedded brokers ended.')
  })
  ended.catch(() => {})
  const bootstrapServers = (await next()) as string
  return {
    bootstrapServers,
    description: `${brokers} embedded broker${brokers > 1 ? 's' : ''}`,
    createTopic: async (name, partitions) => void (await ask({ create: name, partitions })),
    async takenBy(topic) {
      const { records, batches } = (await ask({ count: topic })) as Answer
      return { records: BigInt(records), requests: null, batches }
    },
    deleteTopic: async (name) => void (await ask({ delete: name })),
    async [Symbol.asyncDispose]() {
      child.kill()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }

  function ask(question: Question): Promise<unknown> {
    child.send(question)
    return next()
  }

  async function next(): Promise<unknown> {
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown]
    return message
  }
}
