import type { Reason, Snapshot } from '../../src/model/snapshot.js'
import { byId, element, setText, syncList } from '../dom.js'
import { duration, plural } from '../format.js'

interface Told {
  readonly key: string
  readonly sign: string
  readonly look: string
  readonly text: string
}

/** Says in sentences what waits, and why. */
export function showReasons({ reasons, isReady, reason }: Snapshot): void {
  const told = reasons.map(tell)
  const idle: Told = isReady
    ? { key: 'idle', sign: '✓', look: 'good', text: 'Nothing waits.' }
    : { key: reason, sign: '!', look: 'warn', text: `Nothing waits. ${stateText(reason)}` }
  syncList(
    byId('reasons'),
    told.length === 0 ? [idle] : told,
    ({ key }) => key,
    () => element('li'),
    (item, { sign, look, text }) => {
      item.dataset['sign'] = sign
      item.className = look
      setText(item, text)
    },
  )
}

function tell(reason: Reason): Told {
  const key = 'node' in reason ? `${reason.kind}-${reason.node}` : reason.kind
  const isNormal = reason.kind === 'filling' || reason.kind === 'answers'
  const look = isNormal ? 'good' : 'warn'
  return { key, sign: isNormal ? '✓' : '▲', look, text: sentence(reason) }
}

function sentence(reason: Reason): string {
  switch (reason.kind) {
    case 'silent':
      return `Broker ${reason.node} has answered nothing for ${duration(reason.ms)}: ${plural(reason.batches, 'batch')} of its partitions wait.`
    case 'disconnected':
      return `Broker ${reason.node} is not connected${reason.code === null ? '' : ` (${reason.code})`}: ${plural(reason.batches, 'batch')} of its partitions wait.`
    case 'throttled':
      return `Broker ${reason.node} wants to be sent nothing for ${duration(reason.ms)}: ${plural(reason.batches, 'batch')} wait.`
    case 'leaderless':
      return `${plural(reason.partitions, 'partition')} without a leader: ${plural(reason.batches, 'batch')} wait until one is elected.`
    case 'memory':
      return `${plural(reason.records, 'record')} wait for memory: more is sent than the brokers take.`
    case 'metadata':
      return `${plural(reason.records, 'record')} wait for metadata of a topic, or for room in a stuck partition.`
    case 'filling':
      return `Nothing is stuck: ${plural(reason.batches, 'batch')} take records for as long as lingerMs says.`
    default:
      return `Nothing is stuck: ${plural(reason.requests, 'request')} on the way to the brokers and back.`
  }
}

export function stateText(reason: string): string {
  const texts: Record<string, string> = {
    ready: 'ready',
    notConnected: 'never connected',
    disconnected: 'not connected',
    unanswered: 'no broker answers',
    fatal: 'ended by a fatal error',
    closed: 'closed',
  }
  return texts[reason] ?? reason
}
