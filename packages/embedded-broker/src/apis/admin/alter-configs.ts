import { errorNumberOf, type RequestOf } from '@sluice/protocol'
import { alterConfigsApi } from '../../messages/admin/alter-configs.js'
import type { AnswerOf, ApiHandler } from '../api-handler.js'
import { changeConfigs, type ConfigChange } from './change-configs.js'

type Request = RequestOf<typeof alterConfigsApi>
type Answer = AnswerOf<typeof alterConfigsApi>

/**
 * AlterConfigs, versions 0 to 2: the settings of topics become these, and all others return to their defaults.
 *
 * - A topic that is not there is UNKNOWN_TOPIC_OR_PARTITION, a setting that is wrong INVALID_CONFIG, a broker or another
 *   kind of resource INVALID_REQUEST.
 */
export const alterConfigs: ApiHandler<Request, Answer> = {
  api: alterConfigsApi,
  handle: ({ resources, validateOnly }, { state }) => ({
    responses: resources.map((resource) => {
      const change: ConfigChange = (topic) => {
        const given = new Set(resource.configs.map(({ name }) => name))
        const others = [...topic.configs.keys()].filter((name) => !given.has(name))
        return [...resource.configs, ...others.map((name) => ({ name, value: null }))]
      }
      const refusal = changeConfigs(state, resource, change, validateOnly)
      const { resourceName, resourceType } = resource
      const errorCode = errorNumberOf(refusal?.error ?? null)
      return { errorCode, errorMessage: refusal?.message ?? null, resourceType, resourceName }
    }),
  }),
}
