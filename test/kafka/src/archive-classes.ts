import { existsSync, renameSync } from 'node:fs'
import { archiveOf } from './class-archive.js'
import { fetchKafka } from './fetch-kafka.js'
import { launchKafka } from './local-kafka.js'

/**
 * Archives the classes that a broker loads, where that is not done yet. It pays for a machine that is about to start many
 * clusters: a broker starts with two thirds of the CPU time.
 */
const archive = archiveOf(await fetchKafka())
if (!existsSync(archive)) {
  const part = `${archive}.part-${process.pid}`
  const kafka = await launchKafka({
    topics: [{ name: 'archived', partitions: 1 }],
    jvmFlags: [`-XX:ArchiveClassesAtExit=${part}`, '-Xlog:disable'],
  })
  // Java writes the archive at an orderly end.
  await kafka.brokers[0]!.stop()
  await kafka.stop()
  renameSync(part, archive)
}
