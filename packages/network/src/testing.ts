/**
 * The conformance kit of transports, and a transport in memory for tests.
 *
 * @packageDocumentation
 */

import { checkBytes } from './testing/bytes.js'
import { checkConnecting } from './testing/connecting.js'
import { checkEnding } from './testing/ending.js'
import { checkFlow } from './testing/flow.js'
import type { TestFunction, TransportRig } from './testing/rig.js'

export { memoryTransport, type MemoryTransport } from './transports/memory.js'
export type { RigListener, TestFunction, TransportRig } from './testing/rig.js'

/**
 * Checks everything that connections need of a transport: bytes, back-pressure, the end, and connecting. It sends 16 MiB
 * and takes about a second.
 *
 * @param test Your test runner's `test`.
 * @param make A new transport for each test, with a peer that the test can talk to.
 */
export function transportConformance(test: TestFunction, make: () => TransportRig): void {
  checkBytes(test, make)
  checkFlow(test, make)
  checkEnding(test, make)
  checkConnecting(test, make)
}
