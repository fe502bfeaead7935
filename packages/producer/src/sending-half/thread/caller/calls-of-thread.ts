import { detailOf, KafkaError } from '@sluice/protocol'
import type { Transactions } from '@sluice/sender'
import type { Calls } from '../calls.js'
import type { ThreadCall } from '../thread-messages.js'
import { connectAborted } from './thread-errors.js'

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
  const reason = over()
  if (reason !== null) throw reason
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
  /** Whether it is unknown if the last commit took place. Then no later error may say that it did not. */
  let unsure = false
  const call = async (name: ThreadCall, argument: unknown): Promise<void> => {
    const reason = over()
    if (reason !== null) throw unsure ? ofUnsure(reason) : reason
    await calls.call(name, argument)
  }
  const end = async (commit: boolean): Promise<void> => {
    try {
      await call('end', commit)
      unsure = false
    } catch (error) {
      if (commit && error instanceof KafkaError) unsure = error.persisted === 'possibly'
      throw error
    }
  }
  return {
    initialize: () => call('initialize', null),
    begin: () => call('begin', null),
    sendOffsets: (offsets) => call('sendOffsets', offsets),
    end,
  }
}

function ofUnsure(error: KafkaError): KafkaError {
  return new KafkaError(error.code, detailOf(error), { cause: error.cause, persisted: 'possibly' })
}
