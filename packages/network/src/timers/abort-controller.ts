import * as util from 'node:util'

/**
 * An AbortController that a realm without Node's globals has, too. Bun does not have this function, and all of its realms have
 * the global.
 */
export function createAbortController(): AbortController {
  return 'transferableAbortController' in util
    ? util.transferableAbortController()
    : new AbortController()
}
