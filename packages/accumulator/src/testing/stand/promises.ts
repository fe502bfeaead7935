/** Lets the reactions of promises run. */
export async function reactions(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

/** Whether the promise has resolved. */
export function watch(promise: Promise<void>): { resolved: boolean } {
  const watched = { resolved: false }
  promise.then(
    () => (watched.resolved = true),
    () => {},
  )
  return watched
}
