import type { BrokerSnapshot, Snapshot } from '../../src/model/snapshot.js'
import { byId, element, setNumber, setText, syncList } from '../dom.js'
import { count, duration, plural } from '../format.js'

/** From here on a broker is called silent. */
const silentMs = 1_000

/** Draws a card for each broker: what waits for it, and what is on its way. */
export function showBrokers({ brokers, queues }: Snapshot): void {
  const waiting = new Map(queues.leaders.map((queue) => [queue.leader, queue]))
  syncList(
    byId('brokers'),
    brokers,
    ({ id }) => String(id),
    createCard,
    (card, broker) => updateCard(card, broker, waiting.get(broker.id)),
  )
}

function createCard(): HTMLElement {
  const slots = element('div', 'slots', element('i'))
  slots.ariaHidden = 'true'
  const title = element('h3', '', element('b'), element('span'))
  const [state, flight, queue, rest] = ['state', '', '', ''].map((name) => element('p', name))
  return element('li', '', title, state!, slots, flight!, queue!, rest!)
}

function updateCard(
  card: HTMLElement,
  broker: BrokerSnapshot,
  queue: Snapshot['queues']['leaders'][number] | undefined,
): void {
  const [title, state, slots, flight, waiting, rest] = card.children
  const [name, address] = title!.children
  const { text, look } = stateOf(broker)
  card.className = look
  setText(name!, `Broker ${broker.id}`)
  setText(address!, broker.address ?? '')
  setText(state!, text)
  setNumber(slots!.firstElementChild as HTMLElement, '--count', broker.requestsInFlight)
  const connection = broker.connection === null ? '' : ` on connection ${broker.connection}`
  setText(flight!, `${plural(broker.requestsInFlight, 'request')} in flight${connection}`)
  setText(waiting!, waitingText(queue))
  setText(
    rest!,
    `${count(broker.requestRate)} answers/s · ${duration(broker.latencyAvg)} on average`,
  )
}

function waitingText(queue: Snapshot['queues']['leaders'][number] | undefined): string {
  if (queue === undefined) return 'no batch for it'
  const { sealedBatches, openBatches, partitions } = queue
  return `${count(openBatches)} filling, ${count(sealedBatches)} sealed, in ${plural(partitions, 'partition')}`
}

/** The look is never colour alone: the sign and the words say the same. */
function stateOf(broker: BrokerSnapshot): { text: string; look: string } {
  if (!broker.isConnected) {
    const why = broker.closedFor === null ? '' : `: ${broker.closedFor}`
    return { text: `✕ not connected${why}`, look: 'out' }
  }
  if (broker.silentMs >= silentMs)
    return { text: `▲ no answer for ${duration(broker.silentMs)}`, look: 'slow' }
  if (broker.throttledMs > 0)
    return { text: `‖ throttled for ${duration(broker.throttledMs)}`, look: 'slow' }
  return { text: '● connected', look: '' }
}
