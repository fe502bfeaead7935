import type { PipelineEvent, Snapshot } from '../../src/model/snapshot.js'
import { byId, element, syncList } from '../dom.js'
import { clockTime } from '../format.js'
import { eventKey } from './event-key.js'

/** A sign for each kind of event, on the time line, too. */
export const signs: Record<PipelineEvent['kind'], string> = {
  silence: '▲',
  retry: '↻',
  failure: '✕',
  throttle: '‖',
  leader: '⇄',
  connection: '○',
  metadata: 'i',
  transaction: '§',
}

/** The newest first. */
export function showEvents({ events }: Snapshot): void {
  syncList(byId('events'), events.toReversed(), eventKey, createEvent, () => {})
}

function createEvent({ at, kind, text }: PipelineEvent): HTMLElement {
  const sign = element('span', '', signs[kind])
  sign.title = kind
  sign.role = 'img'
  sign.ariaLabel = kind
  return element('li', '', element('time', '', clockTime(at)), sign, element('span', '', text))
}
