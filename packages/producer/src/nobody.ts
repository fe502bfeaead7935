import { AsyncResource } from 'node:async_hooks'

/**
 * The asynchronous context of no caller. A socket or timer that is made in the middle of a call would keep the stores of
 * that call (`AsyncLocalStorage`) until it ends, which for a socket is the end of the producer, and everything that the
 * producer does later would pass for the work of that one call.
 */
const nobody = emptied(new AsyncResource('SLUICE_PRODUCER', { requireManualDestroy: true }))

/** Calls the function in the context of no caller. What it starts, such as a socket, belongs to the producer alone. */
export function asNobody<Args extends unknown[], Result>(
  run: (...args: Args) => Result,
  ...args: Args
): Result {
  return nobody.runInAsyncScope(run, undefined, ...args)
}

/**
 * This module may be loaded in the middle of a call, too. Node keeps the stores, or the frame that holds them, in
 * properties of the resource, beside its two numbers.
 */
function emptied(resource: AsyncResource): AsyncResource {
  const fields = resource as unknown as Record<symbol, unknown>
  for (const key of Object.getOwnPropertySymbols(resource))
    if (typeof fields[key] !== 'number') fields[key] = undefined
  return resource
}
