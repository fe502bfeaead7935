import { loadPlatformatic } from '../../peers.js'
import { topic } from '../brokers.js'
import { callByCall, type Client } from '../client.js'

interface Message {
  readonly topic: string
  readonly key: string
  readonly value: Buffer
}

interface Platformatic {
  readonly Producer: new (options: object) => {
    send(options: { readonly messages: Message[]; readonly acks: number }): Promise<unknown>
    close(): Promise<void>
  }
  readonly stringSerializer: (text: string) => Buffer
}

/** Waits for all in-sync replicas, as the other clients do. Its default is one replica. */
const acks = -1

/** Null when it cannot be installed. */
export async function platformatic(bootstrapBrokers: string[]): Promise<Client | null> {
  const module = await loadPlatformatic<Platformatic>()
  if (module === null) return null
  const { Producer, stringSerializer } = module
  const serializers = { key: stringSerializer, value: (bytes: Buffer): Buffer => bytes }
  const producer = new Producer({ clientId: 'bench', bootstrapBrokers, serializers })
  return {
    name: 'platformatic',
    send: (key, value) => producer.send({ acks, messages: [{ topic, key, value }] }),
    pump: (count, keyOf, value) =>
      callByCall(count, keyOf, value, (messages) =>
        producer.send({ acks, messages: messages.map((message) => ({ topic, ...message })) }),
      ),
    close: () => producer.close(),
  }
}
