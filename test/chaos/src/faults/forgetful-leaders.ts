import { produceApi } from '@sluice/protocol'
import { allInSync, leadersElected } from '@sluice/test-kafka'
import type { Fault } from '../fault.js'

/**
 * A leader appends and its answers are lost, the other brokers are stopped and started, and then the leader goes: the next
 * one knows only the last batch of the producer, and refuses those before it.
 */
export const forgetfulLeaders: Fault = {
  name: 'forgetful-leaders',
  async strike(stage) {
    const { kafka, topic, proxies, pulse, partitions } = stage
    const [leader, ...others] = kafka.brokers
    proxies[0]!.onAnswer = ({ apiKey }) => (apiKey === produceApi.key ? 'drop' : 'pass')
    for (const other of others) {
      await other.stop()
      await other.start()
      await allInSync(kafka, topic)
    }
    await leader!.stop()
    await leadersElected(kafka, topic, leader!.id)
    proxies[0]!.onAnswer = () => 'pass'
    const recovery = await pulse.everyPartition(partitions)
    await leader!.start()
    return Math.max(recovery, await pulse.everyPartition(partitions))
  },
}
