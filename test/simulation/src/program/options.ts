import type { ProducerOptions } from '@sluice/producer'
import type { CompressionCodec } from '@sluice/protocol'
import { seededRandom } from '@sluice/protocol/testing'
import type { Reach } from '../reach.js'
import type { Scenario } from '../scenario/scenario.js'
import type { SimulatedTime } from '../time/simulated-time.js'
import type { Trace } from '../trace.js'
import { runLengthCodec } from '../wire/run-length-codec.js'
import type { SimulatedNetwork } from '../wire/simulated-network.js'
import { transactionalId } from '../world/coordinator-faults.js'

/** What the options depend on. */
export interface OptionsDeps {
  readonly scenario: Scenario
  readonly network: SimulatedNetwork
  readonly time: SimulatedTime
  readonly trace: Trace
  readonly reach: Reach
}

/** The options with which the program makes each of its producers. */
export function optionsOf(deps: OptionsDeps): ProducerOptions {
  const { scenario, network, reach } = deps
  const { isCompressing = false, ...options } = scenario.producer
  return {
    ...options,
    ...(isCompressing ? { compression: slowCodec(deps) } : {}),
    ...(scenario.transactionVersion === undefined ? {} : { transactionalId }),
    bootstrapServers: network.bootstrapServers(scenario.brokers),
    transport: network,
    observer: { batch: ({ errorCode, action }) => reach.decided(errorCode, action) },
    logger: loggerOf(deps),
  }
}

/** It compresses on a thread of its own, and so long that other things happen meanwhile. */
function slowCodec({ scenario, time }: OptionsDeps): CompressionCodec {
  const random = seededRandom(scenario.seed ^ 0xc0dec)
  return runLengthCodec((run) => void time.loop.fromSocket(time.now + 3 * random(), run))
}

function loggerOf({ trace }: OptionsDeps): NonNullable<ProducerOptions['logger']> {
  const line =
    (level: string) =>
    (message: string): void =>
      trace.event(level, message)
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}
