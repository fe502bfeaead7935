import type { SaslExchange, SaslMechanism } from '@sluice/network'
import { askedOptions, type InitialStep, type NextStep, saslSteps } from '../asked-functions.js'
import { checkedTls, type CrossingOptions, sendable } from '../portable-options.js'

/** Functions that are left on the caller's thread, by the names by which the sender's thread calls them. */
export type MainFunctions = ReadonlyMap<string, (argument: unknown) => unknown>

type Named = [name: string, call: (argument: never) => unknown]

/** The functions among the options. */
export function mainFunctions({
  bootstrapServers,
  tls,
  sasl,
}: CrossingOptions['asked']): MainFunctions {
  const functions: Named[] = []
  if (bootstrapServers !== undefined)
    functions.push([
      askedOptions.bootstrapServers,
      async () => sendable('bootstrapServers', await bootstrapServers()),
    ])
  if (tls !== undefined) functions.push([askedOptions.tls, async () => checkedTls(await tls())])
  if (sasl !== undefined) functions.push(...saslFunctions(sasl))
  return new Map(functions as never)
}

/** Exchanges that have not come to their end, because their connection was lost, are forgotten when there are so many newer ones. */
const mostExchanges = 1_000

/**
 * A mechanism that cannot be made again in another thread, since it asks functions of the program: it works on the caller's
 * thread, and the sender's thread asks it step by step.
 */
function saslFunctions(mechanism: SaslMechanism): Named[] {
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
