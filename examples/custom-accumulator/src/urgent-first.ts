import type { Accumulator } from '@sluice/accumulator'

/** A broker gets batches of other topics only while no batch of these topics could be sent to it. */
export function urgentFirst(accumulator: Accumulator, topics: readonly string[]): Accumulator {
  const { queue } = accumulator
  const urgent = new Set(topics)
  const drain = queue.drain.bind(queue)
  queue.drain = (node, limits) => {
    const drainThose = (areUrgent: boolean) =>
      drain(node, {
        ...limits,
        mayDrain: (topic, partition, head) =>
          urgent.has(topic) === areUrgent && limits.mayDrain(topic, partition, head),
      })
    const first = drainThose(true)
    return first.length > 0 ? first : drainThose(false)
  }
  return accumulator
}
