import { channel } from 'node:diagnostics_channel'
import type { InspectedProducer } from '../../src/index.js'
import { intervalMs, Sampler } from '../../src/watch/sampler.js'

const request = { clientId: 'x', api: 'Produce', node: 1, connectionId: 1, errorCode: null }
const batch = { clientId: 'x', topic: 't', partition: 1, node: 1, action: 'acknowledge' }

/**
 * Microseconds of CPU that an interval takes: its snapshot as JSON, and as many messages as are heard in it. Nothing else runs in the process
 * meanwhile, so this is a number even where the machine is busy.
 */
export function intervalCostUs(producer: InspectedProducer, intervals = 1_000): number {
  let skippedMs = 0
  let tick = (): void => {}
  const every = (_: number, run: () => void): (() => void) => {
    tick = run
    return () => {}
  }
  // Between two intervals time passes that this does not wait for.
  const now = (): number => Date.now() + skippedMs
  const sampler = new Sampler(producer, () => ({ now, every }))
  sampler.add({ show() {}, ended() {}, failed() {} })
  const own = producer.metrics().producer
  const times = { durationMs: 3, throttleMs: 0, errorCode: null, producer: own }
  const [oneRequest, oneBatch] = [
    { ...request, ...times },
    { ...batch, ...times },
  ]
  const [requests, batches] = [channel('sluice:request'), channel('sluice:batch')]
  const before = process.cpuUsage()
  for (let i = 0; i < intervals; i++) {
    for (let message = 0; message < 8; message++) {
      requests.publish(oneRequest)
      batches.publish(oneBatch)
    }
    skippedMs += intervalMs
    tick()
  }
  const { user, system } = process.cpuUsage(before)
  sampler.close()
  return (user + system) / intervals
}
