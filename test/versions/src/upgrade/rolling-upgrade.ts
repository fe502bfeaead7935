import type { Fault } from '@sluice/test-chaos'
import { allInSync, featureLevel, upgradeFeatures } from '@sluice/test-kafka'

const feature = 'transaction.version'

/** Ends each broker in an orderly way and starts it as another version, then has the cluster use what is new in it. */
export function rollingUpgrade(version: string): Fault {
  return {
    name: 'rolling-upgrade',
    // The first start of a version on a busy machine takes as long as it takes.
    mostRecoveryMs: 60_000,
    async strike({ kafka, topic, pulse, partitions }) {
      const recoveries: number[] = []
      const recover = async (): Promise<void> => {
        recoveries.push(await pulse.everyPartition(partitions))
      }
      for (const broker of kafka.brokers) {
        await broker.stop()
        await recover()
        await broker.become(version)
        await broker.start()
        await allInSync(kafka, topic)
        await recover()
      }
      await upgradeFeatures(kafka, releaseOf(version))
      await recover()
      const level = await featureLevel(kafka, feature)
      if (level !== '2') throw new Error(`${feature} is ${level}, not 2`)
      return Math.max(...recoveries)
    },
  }
}

/** `4.3` of `4.3.1`. */
function releaseOf(version: string): string {
  return version.split('.').slice(0, 2).join('.')
}
