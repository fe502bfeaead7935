import type { SaslContext, SaslExchange, SaslMechanism } from '@sluice/network'

/** Functions that are left on the caller's thread, by the names by which the sender's thread calls them. */
export type MainFunctions = ReadonlyMap<string, (argument: unknown) => unknown>

/** The names of the two steps of a mechanism that works on the caller's thread. */
export const saslSteps = { initial: 'sasl.initial', next: 'sasl.next' } as const

/** Asks a mechanism for its first message. */
export interface InitialStep {
  /** Names the exchange. */
  readonly exchange: number
  readonly context: SaslContext
}

/** Hands on what the broker says. */
export interface NextStep {
  readonly exchange: number
  readonly challenge: Uint8Array
}

/** Exchanges that have not come to their end, because their connection was lost, are forgotten when there are so many newer ones. */
const mostExchanges = 1_000

/**
 * A mechanism that cannot be made again in another thread, since it asks functions of the program: it works on the caller's
 * thread, and the sender's thread asks it step by step.
 */
export function saslFunctions(mechanism: SaslMechanism): [string, (argument: never) => unknown][] {
  const exchanges = new Map<number, SaslExchange>()
  const begin = ({ exchange, context }: InitialStep): SaslExchange => {
    const begun = mechanism.begin(context)
    exchanges.set(exchange, begun)
    const [oldest] = exchanges.keys()
    if (exchanges.size > mostExchanges) exchanges.delete(oldest!)
    return begun
  }
  return [
    [saslSteps.initial, async (step: InitialStep) => alone(await begin(step).initial())],
    [
      saslSteps.next,
      async ({ exchange, challenge }: NextStep) => {
        const answer = (await exchanges.get(exchange)?.next(challenge)) ?? null
        if (answer !== null) return alone(answer)
        exchanges.delete(exchange)
        return null
      },
    ],
  ]
}

/** Memory of its own: a small Buffer is a piece of a larger memory, all of which would be sent. */
function alone(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes)
}
