import { type Brokers, startRealKafka } from '../pipeline/brokers.js'
import { cpu } from './cpu.js'
import { latency } from './latency.js'
import { JavaClients } from './peers/java-clients.js'
import { roundTrips } from './round-trips.js'

export interface TransactionsOptions {
  readonly rounds: number
  /** The feature `transaction.version` of the cluster. */
  readonly level: number
  /** A tenth of everything, to see whether it runs. */
  readonly quick: boolean
}

/**
 * What a transaction costs on a real Kafka: round trips and time beside Kafka's own producer, and CPU beside records without
 * transactions. Kafka's own consumer counts the committed records of each load.
 */
export async function transactions({ rounds, level, quick }: TransactionsOptions): Promise<void> {
  check(level)
  const share = quick ? 0.1 : 1
  await using brokers = await startRealKafka({ 'transaction.version': level })
  await using java = await JavaClients.start(brokers.bootstrapServers.join(','))
  console.log(
    `Node ${process.version}, 100-byte values, 12 partitions, ${brokers.description}, transaction.version ${level}`,
  )
  await makeCoordinator(brokers, java)
  await roundTrips(200 * share, brokers, java)
  await latency(500 * share, rounds, brokers, java)
  await cpu(500 * share, rounds, brokers, java)
}

function check(level: number): void {
  if (![1, 2].includes(level))
    throw new Error('--level is the transaction.version of the cluster: 1 or 2')
  if (process.env['SLUICE_KAFKA'])
    throw new Error('this bench starts a Kafka with that level itself: unset SLUICE_KAFKA')
}

/** The first transaction of a cluster waits until there is a coordinator, and belongs to no figure. */
async function makeCoordinator(brokers: Brokers, java: JavaClients): Promise<void> {
  const producer = await java.producer(brokers.bootstrapServers.join(','), 'bench-first')
  await producer.run(1)
  await producer.close()
  await java.mustFind(1)
}
