import { KafkaError } from '@sluice/protocol'

/** The error of a call that its signal ended. */
export function aborted(signal: AbortSignal, persisted?: 'no' | 'possibly'): KafkaError {
  const detail =
    persisted === 'possibly'
      ? 'aborted by its signal while the record was on its way'
      : 'aborted by its signal'
  return new KafkaError('ABORTED', detail, {
    cause: signal.reason,
    ...(persisted === undefined ? {} : { persisted }),
  })
}

/**
 * The promise, or the signal if that is faster. `onAbort` gives the error, having undone what it can.
 * The work itself goes on.
 */
export function abortable<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  onAbort: () => KafkaError,
): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(onAbort())
    signal.addEventListener('abort', abort, { once: true })
    const settled = (): void => signal.removeEventListener('abort', abort)
    work.then(resolve, reject).finally(settled)
  })
}
