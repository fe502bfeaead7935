import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { apiVersionsApi, decodeRequestHeader, encodeResponse, metadataApi } from '@sluice/protocol'

/** The size of the cluster. */
export interface ChurnOptions {
  readonly brokers: number
  readonly topics: number
  /** Of each topic. */
  readonly partitions: number
}

/** The requests that the cluster has received. */
export interface ChurnReport {
  readonly questions: number
  /** Metadata requests that waited for their answers at one time. */
  readonly mostAtOnce: number
}

/** So long that a second Metadata request would arrive while the first one waits. */
const answerAfterMs = 20

const { brokers, topics, partitions } = JSON.parse(process.argv[2]!) as ChurnOptions
let epoch = 0
let questions = 0
let waiting = 0
let mostAtOnce = 0
let encoded = encode()

// The cluster is a process of its own, so that its cost is not measured as the client's.
setInterval(() => {
  epoch++
  encoded = encode()
}, 1_000)
const server = createServer(serve)
server.listen(0, '127.0.0.1')
await once(server, 'listening')
process.on('message', () => process.send!({ questions, mostAtOnce } satisfies ChurnReport))
process.send!((server.address() as AddressInfo).port)

function serve(socket: Socket): void {
  let rest = Buffer.alloc(0)
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0)
      answer(socket, rest.subarray(4, end))
      rest = rest.subarray(end)
    }
  })
}

function answer(socket: Socket, frame: Buffer): void {
  const { apiKey, apiVersion, correlationId } = decodeRequestHeader(frame)
  if (apiKey === apiVersionsApi.key) {
    const apiKeys = [
      { apiKey: metadataApi.key, minVersion: 0, maxVersion: 12 },
      { apiKey: apiVersionsApi.key, minVersion: 0, maxVersion: 3 },
    ]
    const body = { errorCode: 0, apiKeys }
    for (const part of encodeResponse(apiVersionsApi, apiVersion, correlationId, body))
      socket.write(part)
    return
  }
  questions++
  mostAtOnce = Math.max(mostAtOnce, ++waiting)
  setTimeout(() => {
    waiting--
    const bytes = Buffer.from(encoded)
    bytes.writeInt32BE(correlationId, 4)
    socket.write(bytes)
  }, answerAfterMs)
}

/** Every partition gets another leader. */
function encode(): Buffer {
  const replicas = (partition: number): number[] =>
    [0, 1, 2].map((replica) => (partition + replica + epoch) % brokers)
  const body = {
    brokers: Array.from({ length: brokers }, (_, nodeId) => ({
      nodeId,
      host: `broker-${nodeId}`,
      port: 9092,
      rack: `rack-${nodeId % 3}`,
    })),
    clusterId: 'churn',
    controllerId: 0,
    topics: Array.from({ length: topics }, (_, topic) => ({
      errorCode: 0,
      name: `topic-${topic}`,
      topicId: `00000000-0000-4000-8000-${String(topic).padStart(12, '0')}`,
      partitions: Array.from({ length: partitions }, (__, partitionIndex) => ({
        errorCode: 0,
        partitionIndex,
        leaderId: (topic + partitionIndex + epoch) % brokers,
        leaderEpoch: epoch * 100,
        replicaNodes: replicas(topic + partitionIndex),
        isrNodes: replicas(topic + partitionIndex),
      })),
    })),
  }
  return Buffer.concat(encodeResponse(metadataApi, 12, 0, body))
}
