import { errorNumberOf, type ErrorCode, type RequestOf } from '@sluice/protocol'
import { describeConfigsApi } from '../../messages/admin/describe-configs.js'
import { isLegalTopicName } from '../../topic-options.js'
import type { AnswerOf, ApiHandler, RequestContext } from '../api-handler.js'
import { brokerConfigs } from './broker-configs.js'
import { describedConfigs } from './described-configs.js'
import { brokerResource, topicResource } from './resource-types.js'

type Request = RequestOf<typeof describeConfigsApi>
type Answer = AnswerOf<typeof describeConfigsApi>
type Result = Answer['results'][number]
type Resource = Request['resources'][number]

/**
 * DescribeConfigs, versions 1 to 4: every setting of a topic, or those of a broker that are options of the cluster.
 *
 * - `configurationKeys: null`, and an empty list, is all of them; a name that is none is left out.
 * - A topic that is not there is UNKNOWN_TOPIC_OR_PARTITION; another broker than the one that is asked, and every other kind
 *   of resource, is INVALID_REQUEST.
 * - No documentation is given.
 */
export const describeConfigs: ApiHandler<Request, Answer> = {
  api: describeConfigsApi,
  handle: ({ includeSynonyms, resources }, context) => ({
    results: resources.map((one) => describe(one, includeSynonyms, context)),
  }),
}

function describe(resource: Resource, includeSynonyms: boolean, context: RequestContext): Result {
  const { configurationKeys: keys, resourceName, resourceType } = resource
  const found = configsOf(resource, context)
  if (typeof found === 'string') {
    const errorCode = errorNumberOf(found)
    return { errorCode, errorMessage: found, resourceType, resourceName, configs: [] }
  }
  const wanted = found.filter(
    ({ name }) => keys === null || keys.length === 0 || keys.includes(name),
  )
  const configs = wanted.map((one) => (includeSynonyms ? one : { ...one, synonyms: [] }))
  return { errorCode: 0, errorMessage: '', resourceType, resourceName, configs }
}

function configsOf(
  { resourceName, resourceType }: Resource,
  { nodeId, state }: RequestContext,
): Result['configs'] | ErrorCode {
  if (resourceType === topicResource) {
    if (!isLegalTopicName(resourceName)) return 'INVALID_TOPIC_EXCEPTION'
    const topic = state.topics.named(resourceName)
    return topic === undefined
      ? 'UNKNOWN_TOPIC_OR_PARTITION'
      : describedConfigs(topic.configs, state)
  }
  const isThisBroker = resourceName === String(nodeId) || resourceName === ''
  if (resourceType !== brokerResource || !isThisBroker) return 'INVALID_REQUEST'
  return resourceName === '' ? [] : brokerConfigs(state)
}
