import type { KafkaError } from '@sluice/protocol'
import type { Transactions } from '@sluice/sender'
import type { Calls } from '../calls.js'
import type { ThreadCall } from '../thread-messages.js'
import { connectAborted, connectionClosed } from './thread-errors.js'

/** What a call of the thread needs. */
export interface CallsOfThreadDeps {
  readonly calls: Calls
  /** Why no thread takes a call any more; null where one does. */
  over(): KafkaError | null
}

/** Asks the thread to connect. @throws KafkaError ABORTED as soon as the signal aborts, and what the thread answers */
export async function connectOnThread(
  { calls, over }: CallsOfThreadDeps,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (over() !== null) throw connectionClosed()
  if (signal?.aborted) throw connectAborted(signal)
  let id = 0
  const onAbort = (): void => calls.cancel(id, connectAborted(signal!))
  signal?.addEventListener('abort', onAbort)
  try {
    await calls.call('connect' satisfies ThreadCall, null, (given) => (id = given))
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

/** The transactions of the sender on the thread. */
export function transactionsOnThread({ calls, over }: CallsOfThreadDeps): Transactions {
  const call = async (name: ThreadCall, argument: unknown): Promise<void> => {
    const reason = over()
    if (reason !== null) throw reason
    await calls.call(name, argument)
  }
  return {
    initialize: () => call('initialize', null),
    begin: () => call('begin', null),
    sendOffsets: (offsets) => call('sendOffsets', offsets),
    end: (commit) => call('end', commit),
  }
}
