import type { Brokers } from '../pipeline/brokers.js'
import { printBar } from '../print-bar.js'
import type { JavaClients } from './peers/java-clients.js'
import type { Peer } from './peers/peer.js'
import { sluice } from './peers/sluice.js'
import { row } from './table.js'
import type { Tally } from './tally.js'
import { Tap } from './tap.js'

interface Counted {
  readonly name: string
  /** Up to the end of the first transaction. */
  readonly first: Tally
  readonly others: Tally
}

/** What each client asks of the broker for a transaction of one record, counted by a proxy between them. */
export async function roundTrips(
  count: number,
  brokers: Brokers,
  java: JavaClients,
): Promise<void> {
  await using tap = await Tap.open(brokers.bootstrapServers[0]!)
  const ours = await counted(await sluice([tap.address], 'bench-trips-sluice'), count, tap)
  const javas = await counted(await java.producer(tap.address, 'bench-trips-java'), count, tap)
  await java.mustFind(2 * (count + 1))

  console.log(`\nRequests of a transaction of one record, over ${count} of them after the first`)
  console.log(row('', [ours.name, 'repeated', javas.name, 'repeated']))
  printTally(ours.others, javas.others, (requests) => (requests / count).toFixed(3))
  const tallies = [ours.others, javas.others]
  const [every, javasEvery] = tallies.map((tally) => requestsOf(tally) / count)
  const [each, javasEach] = tallies.map((tally) => tripsOf(tally) / count)
  console.log(row('all', [every!.toFixed(3), '', javasEvery!.toFixed(3)]))
  console.log(row('all but those repeated', [each!.toFixed(3), '', javasEach!.toFixed(3)]))
  console.log('Requests of connecting and the first transaction, not counted')
  printTally(ours.first, javas.first, String)
  const found = `a transaction of one record costs ${each!.toFixed(3)} round trips`
  printBar(each! <= javasEach!, found, `${javasEach!.toFixed(3)}, as Java's, at most`)
}

async function counted(peer: Peer, count: number, tap: Tap): Promise<Counted> {
  await peer.run(1)
  const first = tap.take()
  await peer.run(count)
  const others = tap.take()
  await peer.close()
  tap.take()
  return { name: peer.name, first, others }
}

function printTally(ours: Tally, javas: Tally, format: (requests: number) => string): void {
  for (const api of new Set([...ours.apis, ...javas.apis].toSorted())) {
    const counts = [ours, javas].flatMap((tally) => [tally.countOf(api), tally.repeatedOf(api)])
    console.log(row(isTrip(api) ? api : `${api} (not counted)`, counts.map(format)))
  }
}

function requestsOf(tally: Tally): number {
  return sumOf(tally.apis.filter(isTrip).map((api) => tally.countOf(api)))
}

/** Requests that a transaction needs, once each. */
function tripsOf(tally: Tally): number {
  return requestsOf(tally) - sumOf(tally.apis.filter(isTrip).map((api) => tally.repeatedOf(api)))
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, each) => sum + each, 0)
}

/** Metadata is asked for by the clock, not for a transaction. */
function isTrip(api: string): boolean {
  return !api.startsWith('Metadata')
}
