import {
  countRecords,
  deleteTopic,
  fetchMetadata,
  type KafkaBroker,
  type KafkaCluster,
  waitFor,
} from '@sluice/test-kafka'
import type { Checks } from './checks.js'
import { type Content, contentOf } from './json-lines-file.js'
import { type MeasuredRun, type Program, start } from './measured-run.js'
import { consoleProducer, kcat, sluiceProduce } from './programs.js'
import { topicContent } from './topic-content.js'

/** What all rounds have in common. */
export interface Rounds {
  readonly kafka: KafkaCluster
  readonly checks: Checks
  readonly file: string
  readonly content: Content
  readonly bytes: number
}

/** A program that copies the whole file may hold so much, however large the file is. */
const mostBytes = 256 * 1_048_576
const topicOptions = { replicationFactor: 3, configs: { 'min.insync.replicas': '2' } }

/** The three programs, one after the other: each sends the file to a topic of its own. */
export async function compare(rounds: Rounds): Promise<void> {
  const { kafka, checks, file } = rounds
  const servers = kafka.bootstrapServers
  const ours = await sendWhole(rounds, 'sluice', sluiceProduce(servers, 'sluice', file))
  const others = [
    await sendWhole(rounds, 'kcat', await kcat(servers, 'kcat', file)),
    await sendWhole(rounds, 'console', await consoleProducer(servers, 'console')),
  ]
  const limit = `${mebibytes(ours.peakBytes)} of ${mebibytes(mostBytes)} MiB`
  checks.check('the memory of sluice produce is flat', ours.peakBytes < mostBytes, limit)
  for (const [index, name] of ['kcat -P', 'kafka-console-producer'].entries()) {
    const other = others[index]!.seconds
    const detail = `${ours.seconds.toFixed(1)} s : ${other.toFixed(1)} s`
    checks.check(`sluice produce is faster than ${name}`, ours.seconds < other, detail)
  }
}

/** A broker that leads the topic is killed, and comes back, while the file is sent. */
export async function killInMidRun(rounds: Rounds): Promise<void> {
  const { kafka, checks, file } = rounds
  const topic = 'killed'
  await kafka.createTopic(topic, 1, topicOptions)
  const run = start(sluiceProduce(kafka.bootstrapServers, topic, file), file)
  await sentAtLeast(rounds, topic, 0.2)
  const broker = await leaderOf(kafka, topic)
  await broker.kill()
  console.log(`      killed broker ${broker.id}, which leads ${topic}`)
  const ended = await run.ended
  await broker.start()
  await judge(rounds, topic, `sluice produce, leader killed`, ended)
  checks.check('a killed leader changes nothing but the time', ended.code === 0, lastLine(ended))
  await deleteTopic(kafka.brokers, topic)
}

/** Ctrl-C: what is in the topic is the beginning of the file, as long as the counts say. */
export async function interruptInMidRun(rounds: Rounds): Promise<void> {
  const { kafka, checks, file } = rounds
  const topic = 'interrupted'
  await kafka.createTopic(topic, 1, topicOptions)
  const run = start(sluiceProduce(kafka.bootstrapServers, topic, file), file)
  await sentAtLeast(rounds, topic, 0.2)
  run.signal('SIGINT')
  const ended = await run.ended
  const [acknowledged, failed, possibly] = countsOf(ended)
  const there = await topicContent(kafka.bootstrapServers, topic)
  const expected = await contentOf(file, there.lines)
  checks.check('Ctrl-C ends with exit code 130', ended.code === 130, lastLine(ended))
  const isPartial = there.lines > 0 && there.lines < rounds.content.lines
  checks.check('it came in mid-run', isPartial, `${there.lines} of ${rounds.content.lines} lines`)
  const isTrue = there.lines >= acknowledged! && there.lines <= acknowledged! + possibly!
  const counts = `${acknowledged} acknowledged, ${failed} failed, ${possibly} possibly written`
  checks.check('the counts are true', isTrue, `${there.lines} lines are there; ${counts}`)
  const isBeginning = there.sha256 === expected.sha256
  checks.check('what is there is the beginning of the file', isBeginning, there.sha256.slice(0, 12))
  await deleteTopic(kafka.brokers, topic)
}

async function sendWhole(rounds: Rounds, topic: string, program: Program): Promise<MeasuredRun> {
  const { kafka, file } = rounds
  await kafka.createTopic(topic, 1, topicOptions)
  const ended = await start(program, file).ended
  await judge(rounds, topic, program.name, ended)
  await deleteTopic(kafka.brokers, topic)
  return ended
}

async function judge(
  { kafka, checks, content, bytes }: Rounds,
  topic: string,
  name: string,
  ended: MeasuredRun,
): Promise<void> {
  const { seconds, cpuSeconds, peakBytes, code } = ended
  const rate = `${(bytes / 1_000_000 / seconds).toFixed(1)} MB/s, ${Math.round(content.lines / seconds)} records/s`
  console.log(
    `      ${name}: ${seconds.toFixed(1)} s, ${rate}, ${cpuSeconds.toFixed(1)} s of CPU, peak ${mebibytes(peakBytes)} MiB, exit code ${code}`,
  )
  const there = await topicContent(kafka.bootstrapServers, topic)
  const isEqual = there.sha256 === content.sha256
  const lines = `${there.lines} of ${content.lines} lines, ${there.sha256.slice(0, 12)}`
  checks.check(`kcat reads byte by byte what ${name} has sent`, isEqual, lines)
}

async function sentAtLeast({ kafka, content }: Rounds, topic: string, share: number) {
  const isThere = async (): Promise<boolean> =>
    Number(await countRecords(kafka.bootstrapServers, topic)) >= share * content.lines
  await waitFor(`${share * 100} % of the file in ${topic}`, isThere, 600_000)
}

async function leaderOf(kafka: KafkaCluster, topic: string): Promise<KafkaBroker> {
  const { topics } = await fetchMetadata(kafka.brokers[0]!, [topic])
  const leader = topics[0]?.partitions[0]?.leader
  const broker = kafka.brokers.find(({ id }) => id === leader)
  if (broker === undefined) throw new Error(`${topic} has no leader`)
  return broker
}

/** Acknowledged, failed, possibly written. */
function countsOf(ended: MeasuredRun): number[] {
  const found = /([\d,]+) records? acknowledged, ([\d,]+) failed, ([\d,]+) possibly/.exec(
    ended.stderr,
  )
  if (found === null) throw new Error(`no counts: ${ended.stderr}`)
  return found.slice(1).map((text) => Number(text.replaceAll(',', '')))
}

function lastLine({ stderr }: MeasuredRun): string {
  return stderr.trimEnd().split('\n').at(-1) ?? ''
}

function mebibytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(0)
}
