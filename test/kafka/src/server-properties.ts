import type { SecurityProtocol } from './start-kafka.js'

/** The place of one node in the cluster. */
export interface KafkaNode {
  readonly id: number
  readonly port: number
  readonly controllerPort: number
  readonly listeners: readonly KafkaListener[]
}

/** One listener beside the plain one, at `localhost` so that there is a name to check. */
export interface KafkaListener {
  readonly name: string
  readonly protocol: SecurityProtocol
  readonly port: number
}

/** The text of server.properties for a node; `configs` win. Without a ZooKeeper the node is broker and controller. */
export function serverProperties(
  node: KafkaNode,
  nodes: readonly KafkaNode[],
  dataFolder: string,
  configs: Readonly<Record<string, string>> = {},
  zooKeeperPort?: number,
): string {
  const settings = {
    ...(zooKeeperPort === undefined
      ? placeInQuorum(node, nodes)
      : placeAtZooKeeper(node, zooKeeperPort)),
    'log.dirs': dataFolder,
    ...replication(nodes.length),
    ...haste,
    ...endurance,
    ...configs,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${escaped(value)}\n`)
  return lines.join('')
}

// Voters are fixed: Kafka 3.9 and 4.x both take that, while dynamic quorums are formatted in
// different ways.
function placeInQuorum(node: KafkaNode, nodes: readonly KafkaNode[]): Record<string, string> {
  const voters = nodes.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`)
  return {
    'process.roles': 'broker,controller',
    'node.id': String(node.id),
    'controller.quorum.voters': voters.join(','),
    'controller.listener.names': 'CONTROLLER',
    ...listenersOf(node, [`CONTROLLER://127.0.0.1:${node.controllerPort}`]),
  }
}

function placeAtZooKeeper(node: KafkaNode, port: number): Record<string, string> {
  return {
    'broker.id': String(node.id),
    'zookeeper.connect': `127.0.0.1:${port}`,
    'zookeeper.session.timeout.ms': '4000',
    ...listenersOf(node, []),
  }
}

function listenersOf(
  { port, listeners }: KafkaNode,
  controllers: readonly string[],
): Record<string, string> {
  const plain = `PLAINTEXT://127.0.0.1:${port}`
  const more = listeners.map((one) => `${one.name}://127.0.0.1:${one.port}`)
  const advertised = listeners.map((one) => `${one.name}://localhost:${one.port}`)
  const protocols = listeners.map(({ name, protocol }) => `${name}:${protocol}`)
  return {
    listeners: [plain, ...controllers, ...more].join(','),
    'advertised.listeners': [plain, ...advertised].join(','),
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': [
      'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      ...protocols,
    ].join(','),
  }
}

function replication(brokers: number): Record<string, string> {
  const copies = String(brokers)
  const inSync = String(Math.min(brokers, 2))
  return {
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
  }
}

// Kafka's defaults keep a test waiting: fifty partitions for each internal topic, the wait for more
// group members, and nine seconds until a killed broker loses its partitions and may come back.
const haste = {
  'auto.create.topics.enable': 'true',
  'num.partitions': '1',
  'offsets.topic.num.partitions': '1',
  'transaction.state.log.num.partitions': '1',
  'share.coordinator.state.topic.num.partitions': '1',
  'group.initial.rebalance.delay.ms': '0',
  'broker.heartbeat.interval.ms': '400',
  'broker.session.timeout.ms': '4000',
  'log.cleaner.dedupe.buffer.size': '4194304',
}

// Half a minute after its start a broker deletes what is older than a week, and tests write records
// with the timestamps they like.
const endurance = { 'log.retention.ms': '-1' }

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}
