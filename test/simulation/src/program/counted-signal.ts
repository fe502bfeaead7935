/** A signal that knows how many listen to it. */
export interface CountedSignal {
  readonly signal: AbortSignal
  abort(): void
  listeners(): number
}

/** Makes one. Who listens must stop listening when the work is done: a program may use one signal for all its life. */
export function countedSignal(): CountedSignal {
  const controller = new AbortController()
  const { signal } = controller
  let listeners = 0
  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++
    add(...args)
  }
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--
    remove(...args)
  }
  return {
    signal,
    abort: () => controller.abort(),
    // Those that were called once are gone by themselves.
    listeners: () => (signal.aborted ? 0 : listeners),
  }
}
