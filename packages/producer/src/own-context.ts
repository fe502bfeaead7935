import { AsyncResource } from 'node:async_hooks'

/**
 * The asynchronous context of the producer itself, which has the stores of no call. A socket or timer that is made in the
 * middle of a call would keep the stores of that call (`AsyncLocalStorage`) until it ends, which for a socket is the end of
 * the producer, and everything that the producer does later would pass for the work of that one call.
 */
const own = emptied(new AsyncResource('SLUICE_PRODUCER', { requireManualDestroy: true }))

/** Calls the function in the producer's own context. What the function starts, such as a socket, belongs to no call. */
export function inOwnContext<Args extends unknown[], Result>(
  run: (...args: Args) => Result,
  ...args: Args
): Result {
  return own.runInAsyncScope(run, undefined, ...args)
}

/** Where Node keeps the context of a resource, the stores or the frame that holds them: in the properties beside its two numbers. */
export function contextKeysOf(resource: AsyncResource): symbol[] {
  const fields = resource as unknown as Record<symbol, unknown>
  return Object.getOwnPropertySymbols(resource).filter((key) => typeof fields[key] !== 'number')
}

/** This module may be loaded in the middle of a call, too. */
function emptied(resource: AsyncResource): AsyncResource {
  const fields = resource as unknown as Record<symbol, unknown>
  for (const key of contextKeysOf(resource)) fields[key] = undefined
  return endedAtOnce(resource)
}

/** To hooks the resource has ended: Jest looks by them for what stays open. Not every runtime returns it from `emitDestroy`. */
export function endedAtOnce(resource: AsyncResource): AsyncResource {
  resource.emitDestroy()
  return resource
}
