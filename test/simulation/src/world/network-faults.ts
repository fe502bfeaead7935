import { fairWeather, type Weather } from '../wire/weather.js'
import type { Carry, Undo } from './world.js'

/** What happens on the way to a broker. */
export const faultsOfNetwork: Carry = (fault, { network }) => {
  switch (fault.kind) {
    case 'cut':
      for (const connection of network.place(fault.node).connections) connection.cut()
      return null
    case 'freeze':
      for (const connection of network.place(fault.node).connections) connection.freeze()
      return null
    case 'blackHole':
      for (const connection of network.place(fault.node).connections) connection.freeze()
      return changed(network.place(fault.node).weather, { isBlackHole: true })
    case 'misdirect':
      return network.misdirect(fault.node, fault.to)
    case 'slow':
      return changed(network.place(fault.node).weather, { fromMs: fault.ms, toMs: 2 * fault.ms })
    case 'pieces': {
      const { cutting, merging } = fault
      return changed(network.place(fault.node).weather, { cutting, merging })
    }
    default:
      return undefined
  }
}

/** One of two changes that overlap ends both: the weather is fair then. */
function changed(weather: Weather, change: Partial<Weather>): Undo {
  Object.assign(weather, change)
  return () => void Object.assign(weather, fairWeather())
}
