import type { ClusterState } from '../../cluster/cluster-state.js'

/** The settings of a broker that are options of the cluster, as DescribeConfigs tells them. */
export function brokerConfigs({ configs }: ClusterState) {
  return Object.entries(configs.ofBrokers).map(([name, value]) => ({
    name,
    value: String(value),
    readOnly: true,
    configSource: fromFile,
    isSensitive: false,
    configType: typeof value === 'boolean' ? booleanType : longType,
    synonyms: [{ name, value: String(value), source: fromFile }],
  }))
}

/** Kafka's number for a setting that a broker was started with. */
const fromFile = 4

/** Kafka's numbers of types. */
const booleanType = 1
const longType = 5
