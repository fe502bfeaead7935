import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { requireCommand } from './command-path.js'
import { runCommand } from './command.js'
import { isSince } from './is-since.js'

const copyDependencies = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

/** The version of Kafka the tests run against, unless they name one. */
export function kafkaVersion(): string {
  return process.env['KAFKA_VERSION'] ?? '4.3.1'
}

/** Downloads Apache Kafka with Maven, once, and returns the folder with its jars. */
export async function fetchKafka(version: string = kafkaVersion()): Promise<string> {
  requireCommand('java')
  const pom = pomFor(version)
  const home = join(cacheFolder(), `kafka-${version}-${digest(pom)}`)
  if (!existsSync(home)) await download(pom, home)
  return join(home, 'libs')
}

// The folder appears under its name only when whole, so that it need not be checked again, and two
// test processes may download at the same time.
async function download(pom: string, home: string): Promise<void> {
  requireCommand('mvn')
  await mkdir(cacheFolder(), { recursive: true })
  const folder = await mkdtemp(`${home}.part-`)
  try {
    await writeFile(join(folder, 'pom.xml'), pom)
    await runCommand('mvn', ['-B', '-q', '-f', join(folder, 'pom.xml'), copyDependencies])
    await moveUnlessThere(folder, home)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Moves a folder to its name, unless another process was faster. */
export async function moveUnlessThere(folder: string, home: string): Promise<void> {
  try {
    await rename(folder, home)
  } catch (error) {
    if (!existsSync(home)) throw error
  }
}

function cacheFolder(): string {
  return process.env['SLUICE_CACHE'] ?? join(homedir(), '.cache', 'sluice')
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}

// slf4j-simple logs to standard error under every version of Kafka, without a file of settings.
// Kafka 2.x and 3.x bring a back-end of their own, and slf4j warns about a second one.
function pomFor(version: string): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>sluice</groupId>
  <artifactId>test-kafka</artifactId>
  <version>1</version>
  <properties>
    <outputDirectory>\${project.basedir}/libs</outputDirectory>
    <includeScope>runtime</includeScope>
    <excludeArtifactIds>slf4j-reload4j,slf4j-log4j12</excludeArtifactIds>
  </properties>
  <dependencies>
    ${dependency('org.apache.kafka', `kafka_${isBefore24(version) ? '2.12' : '2.13'}`, version)}
    ${dependency('org.apache.kafka', 'kafka-tools', version)}
    ${isBefore24(version) ? dependency('org.apache.zookeeper', 'zookeeper', '3.5.10') : ''}${dependency('org.slf4j', 'slf4j-simple', '1.7.36')}
  </dependencies>
</project>
`
}

/**
 * Kafka before 2.4 was not built for Scala 2.13, and its ZooKeeper 3.4 finds no server under Java 14 and later
 * (ZOOKEEPER-3779), so it gets the 3.5 that Kafka 2.4 brings.
 */
function isBefore24(version: string): boolean {
  return !isSince(version, '2.4')
}

function dependency(group: string, artifact: string, version: string): string {
  return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`
}
