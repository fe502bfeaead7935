import type { Snapshot } from '../src/model/snapshot.js'
import { ServerEvents } from './event-source.js'
import { isSendable } from './token.js'

/** What the page hears of its stream. */
export interface StreamListener {
  onSnapshot(snapshot: Snapshot): void
  onState(state: 'live' | 'lost' | 'ended' | 'refused', text: string): void
}

const retryMs = 1_000
const troubles = { lost: 'no connection', failed: 'the producer cannot be read' } as const

/** Reads snapshots until the producer is closed. `fetch` and not `EventSource`, which could not send the token. */
export async function watch(token: string | null, listener: StreamListener): Promise<void> {
  for (;;) {
    const end = await watchOnce(token, listener).catch(() => 'lost' as const)
    if (end === 'ended' || end === 'refused') return
    listener.onState('lost', `${troubles[end]}; it is tried again`)
    await new Promise((resolve) => setTimeout(resolve, retryMs))
  }
}

async function watchOnce(
  token: string | null,
  listener: StreamListener,
): Promise<'lost' | 'failed' | 'ended' | 'refused'> {
  if (token !== null && !isSendable(token)) return refused(token, listener)
  const headers: HeadersInit = token === null ? {} : { Authorization: `Bearer ${token}` }
  const response = await fetch('events', { headers, cache: 'no-store' })
  if (response.status === 401) return refused(token, listener)
  if (!response.ok || response.body === null) return 'lost'
  listener.onState('live', 'live')
  const events = new ServerEvents()
  for await (const text of response.body.pipeThrough(new TextDecoderStream()))
    for (const { name, data } of events.take(text)) {
      if (name === 'end') {
        listener.onState('ended', 'the producer is closed')
        return 'ended'
      }
      if (name === 'failed') return 'failed'
      listener.onSnapshot(JSON.parse(data))
    }
  return 'lost'
}

function refused(token: string | null, listener: StreamListener): 'refused' {
  const text = token === null ? 'This page needs its token.' : 'This is not the token.'
  listener.onState('refused', text)
  return 'refused'
}
