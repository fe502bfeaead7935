import { createProducer } from '@sluice/producer'
import { History, planned, play, type Played, type Scenario } from '@sluice/test-transactions'

/** Transactions that one producer must still commit after the upgrade. */
const afterwards = 20
/** A stopped coordinator is another one soon, but its state is loaded by a Java that has just started. */
const maxBlockMs = 30_000

/** One producer plays transactions one after the other until the upgrade is over, and some more. */
export function whileUpgraded(
  name: string,
  senderThread: boolean,
  upgraded: Promise<unknown>,
): Scenario {
  return {
    name,
    async play({ kafka, topic, partitions, random, nameOf, view }): Promise<Played> {
      const { bootstrapServers } = kafka
      await using producer = createProducer({
        bootstrapServers,
        transactionalId: nameOf('id'),
        maxBlockMs,
        senderThread,
      })
      await producer.connect()
      const history = new History()
      const failures: unknown[] = []
      let isOver = false
      void upgraded.finally(() => (isOver = true)).catch(() => {})
      for (let [number, left] = [0, afterwards]; left > 0; number++) {
        if (isOver) left--
        const plan = planned(number, random, { topic, partitions, least: 1 })
        const { failure } = await play(producer, plan, history, random)
        if (failure !== undefined) failures.push(failure)
      }
      // Kafka's own Admin that was connected before the restarts may not list transactions any more: this makes a new one.
      await view.open(topic)
      return { history, figures: [`${failures.length} aborted by a failure`], faults: [] }
    },
  }
}
