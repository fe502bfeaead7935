import { KafkaError } from '@sluice/protocol'
import type { Conversation } from '../connection/conversation.js'
import { describeConfigsApi as api } from './describe-configs.js'

const setting = 'min.insync.replicas'
/** Kafka's number of topics among the kinds of resources. */
const topicResource = 2

/**
 * How many replicas of each topic must be in sync for a record with acks all, `min.insync.replicas`. Topics whose settings this client
 * may not read are left out. Rejects with KafkaError where no answer comes.
 */
export async function askMinInSync(
  topics: readonly string[],
  conversation: Conversation,
): Promise<ReadonlyMap<string, number>> {
  if (topics.length === 0) return new Map()
  const resources = topics.map((resourceName) => ({
    resourceType: topicResource,
    resourceName,
    configurationKeys: [setting],
  }))
  try {
    const build = () => ({ resources, includeSynonyms: false })
    const { results } = await conversation.ask(await conversation.anyNode(), { api, build })
    return new Map(
      results.flatMap(({ resourceName, configs }) => {
        const least = Number(configs.find(({ name }) => name === setting)?.value ?? Number.NaN)
        return Number.isInteger(least) ? [[resourceName, least] as const] : []
      }),
    )
  } catch (error) {
    // A broker without this API cannot tell.
    if (error instanceof KafkaError && error.code === 'UNSUPPORTED_VERSION') return new Map()
    throw error
  }
}
