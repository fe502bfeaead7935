import {
  apiVersionsApi,
  ByteReader,
  decodeRequestBody,
  decodeRequestHeader,
  encodeResponse,
  initProducerIdApi,
  metadataApi,
  produceApi,
  saslAuthenticateApi,
  saslHandshakeApi,
  zeroUuid,
} from '@sluice/protocol'
import type { ScriptedTransport, FakeStream } from './scripted-transport.js'

/** Requests and responses of every API, where the type of one does not matter. */
// oxlint-disable-next-line typescript/no-explicit-any -- a script knows what it sends
type Body = any

export interface SeenRequest {
  readonly apiKey: number
  readonly version: number
  readonly correlationId: number
  readonly clientId: string | null
  readonly body: Body
  readonly stream: FakeStream
}

export interface FakeTopic {
  id?: string
  errorCode?: number
  partitions?: { index?: number; leader: number; epoch?: number; errorCode?: number }[]
}

const apis = new Map<number, Body>(
  [
    apiVersionsApi,
    metadataApi,
    produceApi,
    initProducerIdApi,
    saslHandshakeApi,
    saslAuthenticateApi,
  ].map((api) => [api.key, api]),
)

/** What all brokers of a fake cluster say of it. */
export class FakeClusterView {
  brokers: { nodeId: number; host: string; port: number }[] = []
  readonly topics = new Map<string, FakeTopic>()
}

/**
 * A broker with a script: ApiVersions and Metadata are answered from what the test has put down, anything else waits for
 * the test to answer.
 */
export class FakeBroker {
  readonly seen: SeenRequest[] = []
  readonly streams: FakeStream[] = []
  versions: { apiKey: number; minVersion: number; maxVersion: number }[] = [
    { apiKey: produceApi.key, minVersion: 0, maxVersion: 13 },
    { apiKey: metadataApi.key, minVersion: 0, maxVersion: 13 },
    { apiKey: apiVersionsApi.key, minVersion: 0, maxVersion: 4 },
    { apiKey: initProducerIdApi.key, minVersion: 0, maxVersion: 5 },
    { apiKey: saslHandshakeApi.key, minVersion: 0, maxVersion: 1 },
    { apiKey: saslAuthenticateApi.key, minVersion: 0, maxVersion: 2 },
  ]
  /** The finalized features, and their epoch. */
  features: Readonly<Record<string, number>> = {}
  featuresEpoch = -1n
  metadataThrottleMs = 0
  mechanisms = ['PLAIN', 'SCRAM-SHA-256']
  /** Of each authentication, in ms. */
  sessionLifetimeMs = 0n
  /** Says how a request is answered; `undefined` leaves it to the default. Return `null` for silence. */
  script: (request: SeenRequest) => Body = () => undefined
  readonly view: FakeClusterView

  constructor(view = new FakeClusterView()) {
    this.view = view
  }

  listen(network: ScriptedTransport, address: string): this {
    network.listen(address, (stream) => this.accept(stream))
    return this
  }

  accept(stream: FakeStream): void {
    this.streams.push(stream)
    stream.onBytes = (bytes) => this.#read(stream, bytes)
  }

  /** Requests of one API, in the order they came. */
  of(api: { key: number }): SeenRequest[] {
    return this.seen.filter(({ apiKey }) => apiKey === api.key)
  }

  answer(request: SeenRequest, body: Body): void {
    request.stream.deliver(this.encode(request, body))
  }

  encode({ apiKey, version, correlationId }: SeenRequest, body: Body): Uint8Array {
    return Buffer.concat(encodeResponse(apis.get(apiKey), version, correlationId, body))
  }

  authenticated(): Body {
    const { sessionLifetimeMs } = this
    return { errorCode: 0, errorMessage: null, authBytes: new Uint8Array(), sessionLifetimeMs }
  }

  refused(errorMessage: string | null = 'Authentication failed'): Body {
    return { ...this.authenticated(), errorCode: 58, errorMessage, sessionLifetimeMs: 0n }
  }

  metadata(names: readonly string[]): Body {
    const { brokers, topics } = this.view
    return {
      throttleTimeMs: this.metadataThrottleMs,
      brokers: brokers.map((broker) => ({ ...broker, rack: null })),
      clusterId: 'c',
      controllerId: 1,
      topics: names.map((name) => topicAnswer(name, topics.get(name))),
    }
  }

  #read(stream: FakeStream, bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length;) {
      const length = new DataView(bytes.buffer, bytes.byteOffset + offset).getInt32(0)
      this.#take(stream, bytes.subarray(offset + 4, offset + 4 + length))
      offset += 4 + length
    }
  }

  #take(stream: FakeStream, frame: Uint8Array): void {
    const {
      apiKey,
      apiVersion: version,
      correlationId,
      clientId,
      headerEnd,
    } = decodeRequestHeader(frame)
    const body = decodeRequestBody<Body>(
      apis.get(apiKey),
      version,
      new ByteReader(frame, headerEnd),
    )
    const request = { apiKey, version, correlationId, clientId, body, stream }
    this.seen.push(request)
    const answer = this.script(request) ?? this.#default(request)
    if (answer !== undefined && answer !== silence) this.answer(request, answer)
  }

  #apiVersions(): Body {
    const finalizedFeatures = Object.entries(this.features).map(([name, level]) => ({
      name,
      maxVersionLevel: level,
      minVersionLevel: 1,
    }))
    const { featuresEpoch: finalizedFeaturesEpoch, versions: apiKeys } = this
    return { errorCode: 0, apiKeys, finalizedFeaturesEpoch, finalizedFeatures }
  }

  #default({ apiKey, body }: SeenRequest): Body {
    if (apiKey === apiVersionsApi.key) return this.#apiVersions()
    if (apiKey === saslHandshakeApi.key) return { errorCode: 0, mechanisms: this.mechanisms }
    if (apiKey === saslAuthenticateApi.key) return this.authenticated()
    if (apiKey === metadataApi.key) {
      return this.metadata(body.topics.map(({ name }: { name: string }) => name))
    }
    return undefined
  }
}

/** A script's answer that is none. */
export const silence = Symbol('silence')

function topicAnswer(name: string, topic: FakeTopic | undefined): Body {
  const { id = zeroUuid, errorCode = 0, partitions = [] } = topic ?? { errorCode: 3 }
  return {
    errorCode,
    name,
    topicId: id,
    isInternal: false,
    partitions: partitions.map((partition, index) => ({
      errorCode: partition.errorCode ?? 0,
      partitionIndex: partition.index ?? index,
      leaderId: partition.leader,
      leaderEpoch: partition.epoch ?? 0,
      replicaNodes: [partition.leader],
      isrNodes: [partition.leader],
      offlineReplicas: [],
    })),
  }
}
