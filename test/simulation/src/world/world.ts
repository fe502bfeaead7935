import {
  createEmbeddedCluster,
  type EmbeddedCluster,
  type EmbeddedRecord,
} from '@sluice/embedded-broker'
import type { Fault } from '../scenario/fault.js'
import type { Scenario } from '../scenario/scenario.js'
import type { SimulatedTime } from '../time/simulated-time.js'
import type { Trace } from '../trace.js'
import { runLengthCodec } from '../wire/run-length-codec.js'
import { SimulatedNetwork } from '../wire/simulated-network.js'
import type { WireTap } from '../wire/wire-tap.js'
import { faultsOfBrokers } from './broker-faults.js'
import { faultsOfClusters } from './cluster-faults.js'
import { faultsOfCoordinators } from './coordinator-faults.js'
import { faultsOfNetwork } from './network-faults.js'
import { faultsOfRequests } from './request-faults.js'
import { faultsOfRequestVerdicts } from './request-verdicts.js'
import { faultsOfTopics } from './topic-faults.js'
import { faultsOfVerdicts } from './verdicts.js'

/** What a world is made of. */
export interface WorldDeps {
  readonly scenario: Scenario
  readonly time: SimulatedTime
  readonly random: () => number
  readonly trace: Trace
  /** Listens to a connection of the producer. */
  tap(node: number, connection: number): WireTap
}

/** Ends what lasts. */
export type Undo = () => void

/** What a fault acts on. */
export interface Stage {
  readonly cluster: EmbeddedCluster
  readonly network: SimulatedNetwork
  readonly time: SimulatedTime
  /** The names of all topics. */
  readonly topics: readonly string[]
  /** Whether the producer holds nothing that it may still send. */
  isQuiet(): boolean
  /** Keeps the records of a topic that is deleted now. */
  bury(topic: string): void
}

/** Carries out the faults of some kinds. Undefined for another kind; null where nothing lasts. */
export type Carry = (fault: Fault, stage: Stage) => Undo | null | undefined

const carriers: readonly Carry[] = [
  faultsOfVerdicts,
  faultsOfCoordinators,
  faultsOfNetwork,
  faultsOfBrokers,
  faultsOfTopics,
  faultsOfRequests,
  faultsOfRequestVerdicts,
  faultsOfClusters,
]

/** The brokers, the ways to them, and what happens to both. */
export class World {
  readonly cluster: EmbeddedCluster
  readonly network: SimulatedNetwork
  /** The records of topics that were deleted, by name. */
  isQuiet: () => boolean = () => false
  readonly buried = new Map<string, EmbeddedRecord[][]>()
  readonly #time: SimulatedTime
  readonly #trace: Trace
  readonly #lasting = new Set<Undo>()
  readonly #stage: Stage

  private constructor(cluster: EmbeddedCluster, network: SimulatedNetwork, deps: WorldDeps) {
    this.cluster = cluster
    this.network = network
    this.#time = deps.time
    this.#trace = deps.trace
    this.#stage = {
      cluster,
      network,
      time: deps.time,
      topics: Object.keys(deps.scenario.topics),
      isQuiet: () => this.isQuiet(),
      bury: (topic) => this.#bury(topic),
    }
  }

  static async create(deps: WorldDeps): Promise<World> {
    const { scenario, time, random } = deps
    const { brokers, produceVersion, topics, transactionVersion = 2 } = scenario
    const network = new SimulatedNetwork(deps)
    const cluster = await createEmbeddedCluster({
      brokers,
      topics,
      codecs: [runLengthCodec()],
      apiVersions: { Produce: produceVersion },
      finalizedFeatures: { 'transaction.version': transactionVersion },
      autoCreateTopics: false,
      listen: network.listen,
      runtime: {
        now: () => time.now,
        wallClock: () => Math.floor(wallClockStart + time.now),
        setTimeout: (run, ms) => time.inWorld(ms, run),
        clearTimeout: (timer) => {
          if (timer !== undefined) time.takeBack(timer as ReturnType<typeof time.inWorld>)
        },
        random,
      },
    })
    return new World(cluster, network, deps)
  }

  /** Lets something happen to it. */
  happens(fault: Fault): void {
    this.#trace.event(fault.kind)
    for (const carry of carriers) {
      const undo = carry(fault, this.#stage)
      if (undo === undefined) continue
      if (undo !== null) this.#lasts('forMs' in fault ? fault.forMs : Infinity, undo)
      return
    }
  }

  /** All that lasts is over. */
  heal(): void {
    this.#trace.event('heal')
    for (const undo of this.#lasting) undo()
  }

  #lasts(forMs: number, undo: Undo): void {
    const end = (): void => {
      if (this.#lasting.delete(end)) undo()
    }
    this.#lasting.add(end)
    if (forMs < Infinity) this.#time.inWorld(forMs, end)
  }

  #bury(topic: string): void {
    const logs = this.buried.get(topic) ?? []
    logs.push(this.cluster.records(topic))
    this.buried.set(topic, logs)
  }
}

/** The wall clock of the brokers, which nobody sets. */
export const wallClockStart = Date.UTC(2026, 0, 1)
