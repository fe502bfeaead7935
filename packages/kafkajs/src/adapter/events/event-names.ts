import type { ProducerEvents } from 'kafkajs-original'

/** The events of a producer. */
export const events: ProducerEvents = {
  CONNECT: 'producer.connect',
  DISCONNECT: 'producer.disconnect',
  REQUEST: 'producer.network.request',
  REQUEST_TIMEOUT: 'producer.network.request_timeout',
  REQUEST_QUEUE_SIZE: 'producer.network.request_queue_size',
}

export type EventName = ProducerEvents[keyof ProducerEvents]

const names: readonly string[] = Object.values(events)

export function isEventName(name: unknown): name is EventName {
  return names.includes(name as string)
}

/** The names as the error of a wrong one lists them. */
export const listedEvents = Object.keys(events)
  .map((key) => `producer.events.${key}`)
  .join(', ')
