import process from 'node:process'

/** Has something to tell before the process ends. */
export interface LastWords {
  tellAtExit(): void
}

/** Only those that have something to tell, so that no other producer is kept from the garbage collector. */
const untold = new Set<LastWords>()

function onExit(): void {
  for (const one of untold) one.tellAtExit()
}

/** There is something to tell. */
export function holdLastWords(one: LastWords): void {
  // One listener for all producers: Node warns of the eleventh.
  if (untold.size === 0) process.on('exit', onExit)
  untold.add(one)
}

/** It is told. */
export function releaseLastWords(one: LastWords): void {
  untold.delete(one)
  if (untold.size === 0) process.off('exit', onExit)
}

/** A warning at the exit of the process. `process.emitWarning` warns on the next tick, and then there is none. */
export function warnAtExit(message: string): void {
  const warning = Object.assign(new Error(message), { name: 'SluiceWarning' })
  process.emit('warning', warning)
}
