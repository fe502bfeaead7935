import { delimiter, join } from 'node:path'
import { fetchKafka } from '@sluice/test-kafka'
import { peersFolder } from '../../installed.js'
import type { PeerClient } from './client.js'
import { runTool } from './run-tool.js'

/** Compiled before it runs: a source file that Java compiles itself would have the compiler in its memory. */
export const java: PeerClient = {
  id: 'java',
  pace: 'fast',
  workloads: ['w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7'],
  async prepare() {
    const jars = join(await fetchKafka(), '*')
    const classes = join(peersFolder, 'dist/java')
    await runTool('javac', ['-cp', jars, '-d', classes, join(peersFolder, 'java/Produce.java')])
    const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error'
    const path = [classes, jars].join(delimiter)
    return (task) => ({
      file: 'java',
      args: [quiet, '-cp', path, 'Produce', JSON.stringify(task)],
    })
  },
}
