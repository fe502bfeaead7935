import type { ClusterState } from '../../cluster/cluster-state.js'
import {
  topicConfigRows,
  type ConfigRow,
  type ConfigType,
} from '../../configs/topic-config-rows.js'

/** Where the value of a setting comes from, by Kafka's numbers. */
const sources = { topic: 1, brokers: 4, default: 5 } as const

/** Kafka's numbers of types. */
const types: Readonly<Record<ConfigType, number>> = {
  boolean: 1,
  string: 2,
  int: 3,
  long: 5,
  double: 6,
  list: 7,
}

/**
 * Every setting of a topic with its value, as CreateTopics and DescribeConfigs tell it, in the order of their names.
 *
 * @param own What has been set for the topic.
 */
export function describedConfigs(own: ReadonlyMap<string, string>, { configs }: ClusterState) {
  return Object.entries(topicConfigRows).map(([name, row]) =>
    describe(name, row, own.get(name), configs.topicDefault(name)),
  )
}

function describe(
  name: string,
  row: ConfigRow,
  own: string | undefined,
  ofBrokers: string = row.value,
) {
  const { server = name } = row
  const brokers = { name: server, value: ofBrokers, source: sources.brokers }
  const chain = [
    ...(own === undefined ? [] : [{ name, value: own, source: sources.topic }]),
    ...(ofBrokers === row.value ? [] : [brokers]),
    ...(row.server === undefined
      ? []
      : [{ ...brokers, value: row.value, source: sources.default }]),
  ]
  return {
    name,
    value: own ?? ofBrokers,
    readOnly: false,
    configSource: chain[0]?.source ?? sources.default,
    isSensitive: false,
    configType: types[row.type],
    synonyms: chain,
  }
}
