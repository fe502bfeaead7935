import { inMicrotask, KafkaError, reasonOf } from '@sluice/protocol'
import { ChangeNotice } from './change-notice.js'
import type { ClusterMetadata } from './cluster-metadata.js'
import { ConnectWaiters } from './connect-waiters.js'
import { inFlightRequest, type InFlightRequest } from './connection/in-flight-request.js'
import { observeRequest } from './connection/observe.js'
import { IdleTopics } from './metadata/idle-topics.js'
import { MetadataCache } from './metadata/metadata-cache.js'
import { MetadataRefresher } from './metadata/metadata-refresher.js'
import { MetadataSchedule } from './metadata/metadata-schedule.js'
import { MetadataView } from './metadata/metadata-view.js'
import type { Answer, NetworkClient, OutgoingRequest, SpokenApi } from './network-client.js'
import { Bootstrap } from './nodes/bootstrap.js'
import { type BrokerNode, isAuthenticationFailure } from './nodes/broker-node.js'
import { Connections } from './nodes/connections.js'
import { FailureLog } from './nodes/failure-log.js'
import { NodeChoice } from './nodes/node-choice.js'
import { nodeFailure, unknownNode } from './nodes/node-failure.js'
import { Nodes } from './nodes/nodes.js'
import { ReachableBroker } from './nodes/reachable-broker.js'
import { triedAgain } from './nodes/reconnect-backoff.js'
import {
  resolveNetworkOptions,
  type NetworkOptions,
  type ResolvedNetworkOptions,
} from './options.js'
import type { NetworkRuntime } from './runtime.js'
import type { SaslMechanism } from './sasl-mechanism.js'
import type { Transport } from './transport.js'

/** The options of {@link createNetworkClient}. */
export interface NetworkClientOptions extends NetworkOptions {
  /** Clock, timers, randomness, logger and observer. */
  readonly runtime: NetworkRuntime
  /** Opens the connections. */
  readonly transport: Transport
  /** How connections are authenticated.
   *  @defaultValue not at all */
  readonly sasl?: SaslMechanism
}

/**
 * Makes a client for one cluster. Nothing is opened before the first `connect`, `ready`, `leastLoadedNode` or wanted topic.
 * @throws KafkaError INVALID_OPTION
 */
export function createNetworkClient(options: NetworkClientOptions): NetworkClient {
  return new Client(options)
}

class Client implements NetworkClient {
  readonly metadata: ClusterMetadata
  readonly #runtime: NetworkRuntime
  readonly #options: ResolvedNetworkOptions
  readonly #notice: ChangeNotice
  readonly #connections: Connections
  readonly #nodes: Nodes
  readonly #cache = new MetadataCache()
  readonly #bootstrap: Bootstrap
  readonly #choice: NodeChoice
  readonly #refresher: MetadataRefresher
  readonly #waiters = new ConnectWaiters()
  readonly #reachable: ReachableBroker
  /** Of the rounds of bootstrap servers, until the cluster answers. */
  readonly #failureLog: FailureLog
  #closed = false

  constructor({ runtime, transport, sasl, ...raw }: NetworkClientOptions) {
    const options = resolveNetworkOptions(raw)
    const notice = new ChangeNotice(runtime)
    const changed = (): void => notice.notify()
    const cache = this.#cache
    const schedule = new MetadataSchedule(runtime, options)
    this.#runtime = runtime
    this.#options = options
    this.#failureLog = logOfRounds(runtime, options)
    this.#notice = notice
    this.#connections = new Connections({
      runtime,
      transport,
      sasl: sasl ?? null,
      options,
      learnFeatures: (features) => {
        if (cache.applyFeatures(features)) this.#observeMetadata()
      },
    })
    this.#nodes = new Nodes(runtime, options, this.#connections, {
      changed,
      lost: (node, failure) => this.#nodeLost(node, failure),
      slow: () => this.#nodeSlow(),
    })
    this.#bootstrap = new Bootstrap(runtime, options, this.#nodes, {
      changed,
      succeeded: (failures) => this.#clusterAnswered(failures),
      trying: (soFar) => this.#refresher.bootstrapTrying(soFar),
      failed: (failure) => this.#bootstrapFailed(failure),
    })
    this.#reachable = new ReachableBroker(runtime, this.#nodes, changed)
    this.#choice = new NodeChoice(this.#nodes, this.#bootstrap, runtime, changed)
    const deps = {
      runtime,
      allowAutoTopicCreation: options.allowAutoTopicCreation,
      schedule,
      cache,
      idleTopics: new IdleTopics(runtime, options.metadataMaxIdleMs, schedule, cache),
      nodes: this.#nodes,
      bootstrap: this.#bootstrap,
      choice: this.#choice,
    }
    const metadataChanged = (): void => this.#metadataChanged()
    this.#refresher = new MetadataRefresher(deps, {
      changed: metadataChanged,
      attempted: changed,
    })
    this.metadata = new MetadataView(cache, this.#refresher, this.#nodes, metadataChanged)
    notice.listen(() => this.#goOn())
  }

  ready(id: number): boolean {
    if (this.#closed) return false
    const node = this.#nodes.get(id)
    if (node === undefined) this.#refresher.refresh()
    else if (node.ready) return node.inFlight < this.#options.maxInFlight
    else node.connect()
    return false
  }

  inFlight(id: number): number {
    return this.#nodes.get(id)?.inFlight ?? 0
  }

  connectionId(id: number): number {
    return this.#nodes.get(id)?.connectionId ?? 0
  }

  authenticationFailure(id: number): KafkaError | null {
    return this.#nodes.get(id)?.authenticationFailure ?? null
  }

  nodeFailure(id: number): KafkaError | null {
    const node = this.#nodes.get(id)
    if (node !== undefined) return nodeFailure(node)
    return this.#refresher.refreshed ? unknownNode(id) : null
  }

  leastLoadedNode(): number | null {
    if (this.#closed) return null
    if (!this.#refresher.refreshed) this.#refresher.refresh()
    return this.#choice.leastLoaded(this.#options.maxInFlight)?.id ?? null
  }

  connectedNode(api: SpokenApi): number | null {
    if (this.#closed) return null
    return this.#choice.connected(api, this.#options.maxInFlight)?.id ?? null
  }

  send<Request, Response>(
    id: number,
    request: OutgoingRequest<Request, Response>,
    onAnswer: (answer: Answer<Response>) => void,
  ): void {
    const inFlight = inFlightRequest(request, onAnswer, false)
    const node = this.#nodes.get(id)
    if (node?.connected) node.queue(inFlight)
    else inMicrotask(() => this.#refuse(id, inFlight))
  }

  poll(): void {
    this.#connections.flush()
  }

  closeIfSilent(connectionId: number, ms: number, reason: string): void {
    this.#connections.get(connectionId)?.closeIfSilent(ms, reason)
  }

  onChange(listener: () => void): void {
    this.#notice.listen(listener)
  }

  connect({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    if (this.#waiters.empty) this.#reachable.begin()
    const done = this.#waiters.wait(signal)
    if (this.#closed) this.#waiters.rejectAll(closedError())
    else this.#lookForBroker()
    // Where none is connected now, the addresses that are known may be old.
    if (!this.#waiters.empty) this.#refresher.refresh()
    return done
  }

  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true
      this.#refresher.close()
      this.#choice.close()
      this.#reachable.stop()
      this.#bootstrap.close()
      this.#notice.close()
      this.#waiters.rejectAll(closedError())
      this.#nodes.close()
    }
    return this.#connections.close()
  }

  #nodeLost(node: BrokerNode, failure: KafkaError): void {
    this.#bootstrap.nodeFailed(node, failure)
    if (!this.#waiters.empty) this.#reachable.nodeFailed(node, failure)
    if (isAuthenticationFailure(failure)) this.#waiters.rejectAll(failure)
    // The partitions that this broker has led may have other leaders now.
    if (node.id >= 0) this.#refresher.refresh()
  }

  /** The cluster may have noticed as well, and may have other leaders: another broker is asked. */
  #nodeSlow(): void {
    this.#refresher.refresh()
    this.#notice.notify()
  }

  #bootstrapFailed(failure: KafkaError): void {
    // The loss of a known broker had a line of its own.
    if (this.#nodes.brokers().some((node) => !node.unreachable))
      this.#runtime.logger.debug(failure.message)
    else this.#failureLog.failed(failure.message)
    this.#waiters.rejectAll(failure)
    this.#refresher.bootstrapFailed(failure)
  }

  #clusterAnswered(failures: readonly string[]): void {
    if (failures.length > 0)
      this.#runtime.logger.debug(`bootstrap servers that do not serve: ${failures.join('; ')}`)
    this.#failureLog.over()
    this.#reachable.confirmed()
  }

  #metadataChanged(): void {
    this.#observeMetadata()
    this.#notice.notify()
  }

  /** Something has changed: what had to wait for it may go on. */
  #goOn(): void {
    this.#refresher.tick()
    this.#lookForBroker()
  }

  /** Settles the calls of `connect` once it is known whether a broker can be reached. */
  #lookForBroker(): void {
    if (this.#waiters.empty) return this.#reachable.stop()
    const found = this.#reachable.look()
    if (found === true) this.#waiters.resolveAll()
    else if (found !== null) this.#waiters.rejectAll(found)
  }

  #refuse(id: number, request: InFlightRequest): void {
    try {
      request.fail(new KafkaError('CONNECTION_CLOSED', `there is no connection to node ${id}`))
    } catch (error) {
      this.#runtime.logger.warn(`a listener for an answer threw: ${reasonOf(error)}`)
    }
    observeRequest(this.#runtime, { id: 0, owner: { id } }, request, 0, 'CONNECTION_CLOSED')
  }

  #observeMetadata(): void {
    const { observer } = this.#runtime
    if (observer?.metadata === undefined) return
    const { topicCount: topics, version } = this.#cache
    observer.metadata({ version, topics, brokers: this.#nodes.brokers().length })
  }
}

function closedError(): KafkaError {
  return new KafkaError('CONNECTION_CLOSED', 'the network client is closed')
}

function logOfRounds(runtime: NetworkRuntime, options: ResolvedNetworkOptions): FailureLog {
  return new FailureLog({ runtime, good: 'the cluster answers', next: triedAgain(options) })
}
