import { createProducer } from '@sluice/producer'
import { endTxnApi } from '@sluice/protocol'
import { createFaultProxies } from '@sluice/test-fault-proxy'
import type { KafkaCluster } from '@sluice/test-kafka'

/** From this version of EndTxn on a transaction is one of version 2 (KIP-890). */
const firstOfVersion2 = 5

/** Commits a transaction of a producer that is new, and looks at its EndTxn. @returns by which of the two versions it went */
export async function transactionKind(kafka: KafkaCluster, topic: string): Promise<1 | 2> {
  const addresses = kafka.brokers.map(({ host, port }) => `${host}:${port}`)
  await using through = await createFaultProxies(addresses)
  let ended = -1
  for (const proxy of through.proxies)
    proxy.onRequest = ({ apiKey, apiVersion }) => {
      if (apiKey === endTxnApi.key) ended = apiVersion
      return 'pass'
    }
  await using producer = createProducer({
    bootstrapServers: addresses,
    transport: through.transport,
    transactionalId: `kind-${Date.now()}`,
  })
  await producer.transact((transaction) => transaction.send({ topic, value: 'kind' }))
  if (ended < 0) throw new Error('no EndTxn has come by the proxies')
  return ended < firstOfVersion2 ? 1 : 2
}
