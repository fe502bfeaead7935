import { KafkaError } from '@sluice/protocol'

interface Waiter {
  resolve(): void
  reject(error: KafkaError): void
}

/** The calls of `connect` that wait until a broker of the cluster is reached. */
export class ConnectWaiters {
  readonly #waiters = new Set<Waiter>()

  get empty(): boolean {
    return this.#waiters.size === 0
  }

  wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        this.#waiters.delete(waiter)
        signal?.removeEventListener('abort', onAbort)
        settle()
      }
      const onAbort = (): void => waiter.reject(aborted(signal as AbortSignal))
      const waiter: Waiter = {
        resolve: () => finish(resolve),
        reject: (error) => finish(() => reject(error)),
      }
      this.#waiters.add(waiter)
      if (signal?.aborted) onAbort()
      else signal?.addEventListener('abort', onAbort)
    })
  }

  resolveAll(): void {
    for (const waiter of this.#waiters) waiter.resolve()
  }

  rejectAll(error: KafkaError): void {
    for (const waiter of this.#waiters) waiter.reject(error)
  }
}

function aborted(signal: AbortSignal): KafkaError {
  return new KafkaError('ABORTED', 'connect was aborted', { cause: signal.reason })
}
