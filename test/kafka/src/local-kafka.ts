import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BrokerProcess } from './broker.js'
import { assembleCluster, type KafkaCluster } from './cluster.js'
import { runCommand } from './command.js'
import { compileJava } from './compiled-program.js'
import { fetchKafka, kafkaVersion } from './fetch-kafka.js'
import { freePort } from './free-port.js'
import { javaArguments } from './java.js'
import { tryMetadata } from './metadata.js'
import { onProcessEnd } from './process-end.js'
import { serverProperties, type KafkaListener, type KafkaNode } from './server-properties.js'
import type { ScramUser, StartKafkaOptions } from './start-kafka.js'
import { waitFor } from './wait-for.js'
import { needsZooKeeper, startZooKeeper, type ZooKeeper } from './zookeeper.js'

/** Starts brokers as children of this process, with their files in a folder of their own. */
export async function launchKafka(options: StartKafkaOptions): Promise<KafkaCluster> {
  const { version = kafkaVersion(), topics = [], parentFolder = tmpdir() } = options
  const libs = await fetchKafka(version)
  const folder = await mkdtemp(join(parentFolder, 'sluice-kafka-'))
  const forget = onProcessEnd(() => rmSync(folder, removal))
  const brokers: BrokerProcess[] = []
  let zooKeeper: ZooKeeper | undefined
  const release = async (): Promise<void> => {
    await endAll(brokers)
    await zooKeeper?.stop()
    await rm(folder, removal)
    forget()
  }
  try {
    const nodes = await placeNodes(options)
    if (needsZooKeeper(version)) zooKeeper = await startZooKeeper(libs, folder)
    const place = { folder, libs, nodes, zooKeeperPort: zooKeeper?.port }
    brokers.push(...(await prepareBrokers(place, options)))
    await startAll(brokers)
    return await assembleCluster(version, brokers, topics, release, addressesOf(nodes))
  } catch (error) {
    await release()
    throw error
  }
}

// At the end of this process a broker just killed may still be writing: then removal tries again.
const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }

async function placeNodes({
  brokers = 1,
  listeners = {},
}: StartKafkaOptions): Promise<KafkaNode[]> {
  const nodes: KafkaNode[] = []
  for (let id = 1; id <= brokers; id++) {
    const more: KafkaListener[] = []
    for (const [name, protocol] of Object.entries(listeners))
      more.push({ name, protocol, port: await freePort() })
    const [port, controllerPort] = [await freePort(), await freePort()]
    nodes.push({ id, port, controllerPort, listeners: more })
  }
  return nodes
}

function addressesOf(nodes: readonly KafkaNode[]): Map<string, string> {
  const addresses = new Map<string, string[]>()
  for (const { name, port } of nodes.flatMap(({ listeners }) => listeners))
    addresses.set(name, [...(addresses.get(name) ?? []), `localhost:${port}`])
  return new Map([...addresses].map(([name, all]) => [name, all.join(',')]))
}

interface Place {
  readonly folder: string
  readonly libs: string
  readonly nodes: readonly KafkaNode[]
  readonly zooKeeperPort: number | undefined
}

async function prepareBrokers(
  { folder, libs, nodes, zooKeeperPort }: Place,
  { configs, features = {}, jvmFlags = [], plugins = [], scramUsers = [] }: StartKafkaOptions,
): Promise<BrokerProcess[]> {
  const classes = join(folder, 'plugins')
  if (plugins.length > 0) await compileJava(libs, plugins, classes)
  const clusterId = newClusterId()
  const prepare = async (node: KafkaNode): Promise<BrokerProcess> => {
    const file = join(folder, `broker-${node.id}.properties`)
    const dataFolder = join(folder, `data-${node.id}`)
    await writeFile(file, serverProperties(node, nodes, dataFolder, configs, zooKeeperPort))
    if (zooKeeperPort === undefined)
      await formatStorage(libs, file, clusterId, [...scramOf(scramUsers), ...featuresOf(features)])
    else if (scramUsers.length > 0) throw new Error('scramUsers need a Kafka without ZooKeeper')
    const logFile = join(folder, `broker-${node.id}.log`)
    const commandWith = (jars: string): string[] => {
      const java = javaArguments(jars, 'info', ['-Xmx512m', ...jvmFlags], [classes])
      return [...java, 'kafka.Kafka', file]
    }
    const commandOf = async (version: string): Promise<string[]> =>
      commandWith(await fetchKafka(version))
    return new BrokerProcess({ ...node, logFile, command: commandWith(libs), commandOf })
  }
  return Promise.all(nodes.map(prepare))
}

async function formatStorage(
  libs: string,
  file: string,
  clusterId: string,
  more: readonly string[],
): Promise<void> {
  const tool = [...javaArguments(libs, 'error'), 'kafka.tools.StorageTool']
  const format = ['format', '--cluster-id', clusterId, '--config', file]
  await runCommand('java', [...tool, ...format, ...more])
}

function scramOf(users: readonly ScramUser[]): string[] {
  return users.flatMap(({ mechanism, name, password }) => [
    '--add-scram',
    `${mechanism}=[name=${name},password=${password}]`,
  ])
}

function featuresOf(features: Readonly<Record<string, number>>): string[] {
  return Object.entries(features).flatMap(([name, level]) => ['--feature', `${name}=${level}`])
}

// Sixteen bytes; the tool would take a leading hyphen for an option.
function newClusterId(): string {
  return `S${randomBytes(16).toString('base64url').slice(1)}`
}

async function startAll(brokers: readonly BrokerProcess[]): Promise<void> {
  await Promise.all(brokers.map((broker) => broker.start()))
  await waitFor('all brokers know each other', async () => {
    const views = await Promise.all(brokers.map((broker) => tryMetadata(broker)))
    return views.every((view) => view?.brokers.length === brokers.length)
  })
}

async function endAll(brokers: readonly BrokerProcess[]): Promise<void> {
  const alive = brokers.filter(({ state }) => state !== 'down')
  await Promise.all(alive.map((broker) => broker.kill()))
}
