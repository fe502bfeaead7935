import { setTimeout as sleep } from 'node:timers/promises'
import type { Direction } from '@sluice/test-fault-proxy'
import type { Fault } from '../fault.js'
import type { Stage } from '../stage.js'
import { resetSomeAcknowledgements } from './acknowledgements.js'

const lostAcksMs = 20_000
const resetsMs = 60_000
const silentMs = 5_000
/** The default: after that a connection that is silent is given up. */
const requestTimeoutMs = 30_000
/** Up to so many bytes pass before the next reset: about half a second's. */
const mostBytes: Record<Direction, number> = { requests: 40_000, answers: 5_000 }

export const lostAcknowledgements: Fault = {
  name: 'lost-acks',
  async strike(stage) {
    const stop = resetSomeAcknowledgements(stage, 0.03)
    await sleep(lostAcksMs)
    stop()
    return stage.pulse.everyPartition(stage.partitions)
  },
}

/** In the middle of a frame, whichever way it goes. */
export const resetsAtRandomBytes: Fault = {
  name: 'random-resets',
  async strike(stage) {
    const until = performance.now() + resetsMs
    while (performance.now() < until) {
      for (const proxy of stage.proxies) {
        const direction = stage.random() < 0.5 ? 'requests' : 'answers'
        proxy.resetAfter(Math.ceil(stage.random() * mostBytes[direction]), direction)
      }
      await sleep(1_000 * stage.random())
    }
    for (const { left } of stage.proxies) left.requests = left.answers = Infinity
    return stage.pulse.everyPartition(stage.partitions)
  },
}

/**
 * The connections to a broker die without a word: new ones are served. Recovery counts from when the client must have
 * noticed. Then another broker says nothing on any connection, for a while.
 */
export const halfOpen: Fault = {
  name: 'half-open',
  async strike(stage) {
    const { pulse, partitions } = stage
    await passNothingMore(stage, 0)
    await sleep(requestTimeoutMs)
    const noticed = await pulse.everyPartition(partitions)
    stage.proxies[0]!.onRequest = () => 'pass'
    stage.proxies[0]!.onAnswer = () => 'pass'
    stage.proxies[1]!.silence()
    await sleep(silentMs)
    stage.proxies[1]!.speak()
    return Math.max(noticed, await pulse.everyPartition(partitions))
  },
}

async function passNothingMore({ proxies }: Stage, index: number): Promise<void> {
  const proxy = proxies[index]!
  const last = proxy.accepted
  const verdict = ({ connection }: { readonly connection: number }): 'drop' | 'pass' =>
    connection <= last ? 'drop' : 'pass'
  proxy.onRequest = verdict
  proxy.onAnswer = verdict
}
