import { loadPlatformatic } from '../../installed.js'
import { type BenchRecord, callByCall, type Client, type ClientSettings } from '../client.js'

interface Platformatic {
  readonly Producer: new (options: object) => {
    send(options: { readonly messages: BenchRecord[]; readonly acks: number }): Promise<unknown>
    close(): Promise<void>
  }
  readonly stringSerializer: (text: string) => Buffer
}

/** Waits for all in-sync replicas, as the other clients do. Its default is one replica. */
const acks = -1

/** Why the producer of `@platformatic/kafka` cannot run on this Node; null where it can. Its encoders run on any. */
export function platformaticNeeds(): string | null {
  return 'withResolvers' in Promise ? null : `it needs Node 22, and this is ${process.version}`
}

/** Null when it cannot be installed or cannot run. */
export async function platformatic(
  bootstrapBrokers: string[],
  { idempotent = false, lz4 = false }: ClientSettings = {},
): Promise<Client | null> {
  const needs = platformaticNeeds()
  if (needs !== null) console.error(`@platformatic/kafka is left out: ${needs}`)
  if (needs !== null) return null
  const module = await loadPlatformatic<Platformatic>()
  if (module === null) return null
  const { Producer, stringSerializer } = module
  const producer = new Producer({
    clientId: 'bench',
    bootstrapBrokers,
    serializers: { key: stringSerializer, value: (bytes: Buffer): Buffer => bytes },
    idempotent,
    ...(lz4 && { compression: 'lz4' }),
  })
  return {
    name: 'platformatic',
    send: (record) => producer.send({ acks, messages: [record] }),
    pump: (count, recordOf) =>
      callByCall(count, recordOf, (messages) => producer.send({ acks, messages })),
    close: () => producer.close(),
  }
}
