import type { EmbeddedBroker } from '@sluice/embedded-broker'
import type { Carry, Stage, Undo } from './world.js'

/** What happens to whole brokers. A broker that is down already is left alone. */
export const faultsOfBrokers: Carry = (fault, stage) => {
  switch (fault.kind) {
    case 'kill': {
      const broker = stage.cluster.brokers[fault.node]!
      const undo = down(broker, stage, true)
      if (undo !== null)
        stage.time.inWorld(fault.noticedAfterMs, () => stage.cluster.electLeaders())
      return undo
    }
    case 'stop':
      return down(stage.cluster.brokers[fault.node]!, stage, false)
    case 'changeAddress': {
      const undo = down(stage.cluster.brokers[fault.node]!, stage, false)
      if (undo !== null) stage.network.changeAddress(fault.node)
      return undo
    }
    case 'pause': {
      const broker = stage.cluster.brokers[fault.node]!
      if (broker.state !== 'running') return null
      broker.pause()
      return () => broker.resume()
    }
    default:
      return undefined
  }
}

/** One broker stays up: without any, the cluster forgets what it has to remember. */
function down(broker: EmbeddedBroker, { cluster }: Stage, keepLeaders: boolean): Undo | null {
  const up = cluster.brokers.filter(({ state }) => state !== 'stopped')
  if (broker.state === 'stopped' || up.length === 1) return null
  const stopped = broker.stop({ keepLeaders })
  return () => void stopped.then(() => broker.start())
}
