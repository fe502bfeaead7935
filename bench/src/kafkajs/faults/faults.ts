import { setTimeout as pause } from 'node:timers/promises'
import type { FaultProxy } from '@sluice/test-fault-proxy'
import { allInSync, type KafkaCluster, moveLeader } from '@sluice/test-kafka'

/** Where a fault happens. */
export interface FaultStage {
  readonly kafka: KafkaCluster
  readonly topic: string
  readonly partitions: number
  readonly proxies: readonly FaultProxy[]
}

/** What is done to the brokers while a client sends. Each resolves when it is over, and leaves the cluster as it was. */
export const faults: Readonly<Record<string, (stage: FaultStage) => Promise<void>>> = {
  'lost acknowledgements': loseAcknowledgements,
  'moved leaders': moveLeaders,
  '`kill -9` of a broker': killBroker,
}

const produceKey = 0

/** Ten times the connection of the next answer to a Produce is reset, when the broker has written the records. */
async function loseAcknowledgements({ proxies }: FaultStage): Promise<void> {
  for (let time = 0; time < 10; time++) {
    await pause(400)
    let isDue = true
    for (const proxy of proxies)
      proxy.onAnswer = ({ apiKey }) => {
        if (apiKey !== produceKey || !isDue) return 'pass'
        isDue = false
        return 'reset'
      }
  }
  await pause(400)
  for (const proxy of proxies) proxy.onAnswer = () => 'pass'
}

/** Every partition gets another leader, three times. */
async function moveLeaders({ kafka, topic, partitions }: FaultStage): Promise<void> {
  const ids = kafka.brokers.map(({ id }) => id)
  for (let round = 1; round <= 3; round++)
    for (let partition = 0; partition < partitions; partition++) {
      await pause(150)
      const replicas = rotated(ids, partition + round)
      await moveLeader(kafka.brokers[0]!, { topic, partition, replicas })
    }
}

/** The second broker ends with SIGKILL, and is started again after the others have taken its partitions. */
async function killBroker({ kafka, topic }: FaultStage): Promise<void> {
  await pause(1_000)
  await kafka.brokers[1]!.kill()
  await pause(6_000)
  await kafka.brokers[1]!.start()
  await allInSync(kafka, topic)
}

/** The brokers from one of them on: the first one is to lead. */
export function rotated(ids: readonly number[], by: number): number[] {
  const at = by % ids.length
  return [...ids.slice(at), ...ids.slice(0, at)]
}
