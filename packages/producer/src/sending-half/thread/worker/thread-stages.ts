import type { AccumulatorQueue } from '@sluice/accumulator'
import { createQueue } from '@sluice/accumulator/queue'
import {
  createNetworkClient,
  type NetworkOptions,
  type SaslMechanism,
  tcpTransport,
  type TlsSource,
  tlsTransport,
  type Transport,
} from '@sluice/network'
import type { CompressionCodec } from '@sluice/protocol'
import { createSender } from '@sluice/sender'
import type { ProducerRuntime } from '../../../runtime.js'
import { inlineSendingHalf } from '../../inline.js'
import type { SendingHalf } from '../../sending-half.js'
import { askedOptions, type InitialStep, type NextStep, saslSteps } from '../asked-functions.js'
import type { MainSasl, PortableOptions } from '../portable-options.js'
import type { SentMarks } from '../sent-marks.js'
import { pluginAgain } from './plugins.js'

/** What the stages on the sender's thread need besides the options. */
export interface ThreadStagesDeps {
  readonly runtime: ProducerRuntime
  readonly marks: SentMarks
  /** Calls a function on the caller's thread. */
  ask(name: string, argument: unknown): Promise<unknown>
  /** Takes a warning of an option that makes the connection less secure. */
  warnOfSecurity(text: string): void
}

/** Makes queue, sender and network from options that have crossed. @throws KafkaError INVALID_OPTION */
export async function stagesOf(
  options: PortableOptions,
  deps: ThreadStagesDeps,
): Promise<SendingHalf> {
  const { runtime, ask } = deps
  const given = {
    ...options.plain,
    bootstrapServers:
      options.bootstrapServers ??
      ((): Promise<string> => ask(askedOptions.bootstrapServers, null) as Promise<string>),
    ...(options.compression && {
      compression: await pluginAgain<CompressionCodec>(options.compression),
    }),
    ...(options.sasl && { sasl: await saslOf(options.sasl, ask) }),
  } satisfies NetworkOptions
  const transport = await transportOf(options, deps)
  return inlineSendingHalf({
    queue: (toFront) => markingQueue(createQueue({ ...given, toFront }), deps),
    sender: createSender({ ...given, runtime }),
    network: createNetworkClient({ ...given, transport, runtime }),
  })
}

/** Each batch that is drained is marked before the network gets it. */
function markingQueue(queue: AccumulatorQueue, { marks }: ThreadStagesDeps): AccumulatorQueue {
  const drain = queue.drain.bind(queue)
  queue.drain = (node, limits) => {
    const drained = drain(node, limits)
    for (const { id } of drained) marks.mark(id)
    return drained
  }
  return queue
}

async function transportOf(
  { transport, tls }: PortableOptions,
  { ask, warnOfSecurity }: ThreadStagesDeps,
): Promise<Transport> {
  if (transport !== undefined) return pluginAgain(transport)
  if (tls === undefined) return tcpTransport()
  const source: TlsSource =
    tls === 'asked' ? () => ask(askedOptions.tls, null) as Promise<true> : tls
  const logger = { warn: warnOfSecurity }
  return tlsTransport(source, { logger })
}

async function saslOf(
  sasl: NonNullable<PortableOptions['sasl']>,
  ask: ThreadStagesDeps['ask'],
): Promise<SaslMechanism> {
  return 'module' in sasl ? pluginAgain(sasl) : askingSasl(sasl, ask)
}

/** Asks the mechanism on the caller's thread, step by step. */
function askingSasl(
  { name, needsEncryption }: MainSasl,
  ask: ThreadStagesDeps['ask'],
): SaslMechanism {
  let exchanges = 0
  return {
    name,
    needsEncryption,
    begin(context) {
      const exchange = ++exchanges
      const initial: InitialStep = { exchange, context }
      return {
        initial: () => ask(saslSteps.initial, initial) as Promise<Uint8Array>,
        next: (challenge) => {
          const next: NextStep = { exchange, challenge: Uint8Array.from(challenge) }
          return ask(saslSteps.next, next) as Promise<Uint8Array | null>
        },
      }
    },
  }
}
