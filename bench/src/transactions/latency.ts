import type { Brokers } from '../pipeline/brokers.js'
import { printBar } from '../print-bar.js'
import { quantile } from '../quantiles.js'
import type { JavaClients } from './peers/java-clients.js'
import type { Peer, Steps } from './peers/peer.js'
import { sluice } from './peers/sluice.js'
import { row } from './table.js'

const warmUp = 50
/** A fixed back-off would make a transaction several times as long as Java's; less than this is noise. */
const most = 1.5

/** How long the steps of a transaction of one record take, one transaction after the other. The clients take turns. */
export async function latency(
  count: number,
  rounds: number,
  { bootstrapServers }: Brokers,
  java: JavaClients,
): Promise<void> {
  const peers = [
    await sluice(bootstrapServers, 'bench-latency-sluice'),
    await java.producer(bootstrapServers.join(','), 'bench-latency-java'),
  ] as const
  const steps = new Map<Peer, Steps[]>()
  for (const peer of peers) {
    steps.set(peer, [])
    await peer.run(warmUp)
  }
  const each = Math.ceil(count / rounds)
  for (let round = 0; round < rounds; round++) {
    for (const peer of round % 2 === 0 ? peers : peers.toReversed())
      steps.get(peer)!.push(...(await peer.run(each)))
  }
  for (const peer of peers) await peer.close()
  await java.mustFind(peers.length * (warmUp + rounds * each))
  print(steps.get(peers[0])!, steps.get(peers[1])!)
}

function print(ours: readonly Steps[], javas: readonly Steps[]): void {
  console.log(`\nMilliseconds of a transaction of one record, over ${ours.length} back to back`)
  console.log(row('', ['sluice p50', 'p99', 'java p50', 'p99']))
  for (const [title, of] of measures) {
    const times = [quantilesOf(ours, of), quantilesOf(javas, of)].flat()
    const cells = times.map((ms) => ms.toFixed(2))
    console.log(row(title, cells))
  }
  const [half, javasHalf] = [quantilesOf(ours, all)[0]!, quantilesOf(javas, all)[0]!]
  const ratio = half / javasHalf
  const found = `half of them take up to ${half.toFixed(2)} ms, ${ratio.toFixed(2)} of what Java's take`
  printBar(ratio <= most, found, `${most} at most`)
}

const all = ({ begin, send, commit }: Steps): number => begin + send + commit

const measures: readonly (readonly [title: string, of: (steps: Steps) => number])[] = [
  ['begin', ({ begin }) => begin],
  ['send, awaited', ({ send }) => send],
  ['commit', ({ commit }) => commit],
  ['all', all],
]

function quantilesOf(steps: readonly Steps[], of: (steps: Steps) => number): number[] {
  const times = steps.map(of)
  return [quantile(times, 0.5), quantile(times, 0.99)]
}
