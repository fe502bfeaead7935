import type { PeerClient } from './client-list/client.js'
import type { ReadyClient } from './rounds.js'

/** A client that takes no part in this run. */
export interface SkippedClient {
  readonly id: string
  readonly reason: string
}

/** Builds what the clients need, one after the other. A client that cannot be built is skipped and says why. */
export async function makeReady(
  clients: readonly PeerClient[],
  say: (line: string) => void,
): Promise<{ readonly ready: ReadyClient[]; readonly skipped: SkippedClient[] }> {
  const ready: ReadyClient[] = []
  const skipped: SkippedClient[] = []
  for (const client of clients) {
    const { id, pace, workloads } = client
    try {
      ready.push({ id, pace, workloads, commandOf: await client.prepare() })
    } catch (error) {
      const reason = (error as Error).message.trim()
      skipped.push({ id, reason })
      say(`${id} is skipped: ${reason}`)
    }
  }
  return { ready, skipped }
}
