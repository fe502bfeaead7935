import * as util from 'node:util'

/** Also for a realm without Node's globals. Bun lacks this function of Node, and has the global in every realm. */
export function createAbortController(): AbortController {
  return 'transferableAbortController' in util
    ? util.transferableAbortController()
    : new AbortController()
}
