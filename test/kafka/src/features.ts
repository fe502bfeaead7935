import type { KafkaCluster } from './cluster.js'
import { runJava } from './java.js'

const tool = 'org.apache.kafka.tools.FeatureCommand'

/** Raises all features of a cluster to the levels that a release begins with. @param release - such as `4.3` */
export async function upgradeFeatures(
  { bootstrapServers }: KafkaCluster,
  release: string,
): Promise<void> {
  await runJava(tool, [
    '--bootstrap-server',
    bootstrapServers,
    'upgrade',
    '--release-version',
    release,
  ])
}

/** The level of a feature that the cluster has agreed on, as the tool prints it: `transaction.version` `2`, `metadata.version` `4.3-IV0`. */
export async function featureLevel(
  { bootstrapServers }: KafkaCluster,
  feature: string,
): Promise<string> {
  const printed = await runJava(tool, ['--bootstrap-server', bootstrapServers, 'describe'])
  const line = printed.split('\n').find((each) => each.split(/\s+/)[1] === feature)
  const [, level] = /FinalizedVersionLevel: (\S+)/.exec(line ?? '') ?? []
  if (level === undefined) throw new Error(`The cluster does not know ${feature}:\n${printed}`)
  return level
}
