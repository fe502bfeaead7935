import type { Codec, Codecs } from './codecs.js'
import type { Comparison } from './comparison.js'
import { parties, type Party } from './party.js'

/** Compresses `input`, and decompresses the output of our codec. Empty when this Node lacks the codec. */
export async function codecComparisons(
  { name, of }: Codecs,
  input: Buffer,
): Promise<Comparison<Party>[]> {
  if (of.sluice === null) return []
  const compressed = Buffer.from(await of.sluice.compress(input))
  const comparison = (does: keyof Codec, given: Buffer): Comparison<Party> => ({
    name: `${name}, ${does}`,
    count: input.length,
    calls: byParty((party) => {
      const codec = of[party]
      return codec && (() => codec[does](given))
    }),
  })
  return [comparison('compress', input), comparison('decompress', compressed)]
}

/** The compression ratio of each, NaN for one that lacks the codec. */
export async function ratios({ of }: Codecs, input: Buffer): Promise<Record<Party, number>> {
  const ratio = async (codec: Codec | null): Promise<number> =>
    codec === null ? NaN : input.length / (await codec.compress(input)).length
  return {
    sluice: await ratio(of.sluice),
    kafkajs: await ratio(of.kafkajs),
    platformatic: await ratio(of.platformatic),
  }
}

function byParty<Value>(valueOf: (party: Party) => Value): Record<Party, Value> {
  return Object.fromEntries(parties.map((party) => [party, valueOf(party)])) as Record<Party, Value>
}
