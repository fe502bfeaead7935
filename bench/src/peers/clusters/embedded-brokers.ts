// embedded-brokers.ts BROKERS: brokers for a parent process, which gets their addresses and then an answer to each question.
import { createEmbeddedCluster } from '@sluice/embedded-broker'

/** Create a topic, count what it has taken, or delete it. */
export type Question =
  | { readonly create: string; readonly partitions: number }
  | { readonly count: string }
  | { readonly delete: string }

/** What a topic has taken; messages between processes hold no bigint. */
export interface Answer {
  readonly records: number
  readonly batches: number
}

const cluster = await createEmbeddedCluster({ brokers: Number(process.argv[2]) })
process.on('message', (question: Question) => process.send!(answer(question)))
process.once('disconnect', () => process.exit())
process.send!(cluster.bootstrapServers.join(','))

function answer(question: Question): Answer | 'done' {
  if ('count' in question) return taken(question.count)
  if ('create' in question)
    cluster.createTopic(question.create, { partitions: question.partitions })
  else cluster.deleteTopic(question.delete)
  return 'done'
}

function taken(topic: string): Answer {
  const offsets = cluster.topic(topic)!.partitions.map(({ endOffset }) => Number(endOffset))
  return {
    records: offsets.reduce((sum, each) => sum + each, 0),
    batches: cluster.batchCount(topic),
  }
}
