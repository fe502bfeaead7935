/** The ES module and the CommonJS build may both be loaded in one process, and share the ids. */
const key = Symbol.for('@sluice/opentelemetry/producer-ids')
const shared: typeof globalThis & { [key]?: Set<number> } = globalThis

/**
 * The lowest number from 1 on that no other observed producer of the process has. So the numbers stay as few as the producers that
 * are open at one time, and with them the series that an SDK remembers.
 */
export function takeProducerId(): number {
  const taken = (shared[key] ??= new Set())
  let id = 1
  while (taken.has(id)) id++
  taken.add(id)
  return id
}

/** @param id - that the producer had */
export function freeProducerId(id: number): void {
  shared[key]?.delete(id)
}
