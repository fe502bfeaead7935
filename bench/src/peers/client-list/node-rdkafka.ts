import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { installPeers, peersFolder } from '../../installed.js'
import type { PeerClient } from './client.js'
import { runTool } from './run-tool.js'
import { script } from './script.js'

const folder = join(peersFolder, 'node_modules/node-rdkafka')

export const nodeRdkafka: PeerClient = {
  id: 'node-rdkafka',
  pace: 'slow',
  async prepare() {
    await buildNodeRdkafka()
    return (task) => script('node-rdkafka', [JSON.stringify(task)])
  },
}

/**
 * Builds the package, and with it the librdkafka that its source holds, for this Node. It takes minutes, once.
 *
 * @returns the folder with `include` and the shared library
 */
export async function buildNodeRdkafka(): Promise<string> {
  if (!existsSync(folder)) await installPeers()
  if (!(await loads())) await build()
  return join(folder, 'build/deps')
}

/** Another Node may have built it: then its binary does not load. */
function loads(): Promise<boolean> {
  return runTool(process.execPath, ['-e', `require(${JSON.stringify(folder)})`]).then(
    () => true,
    () => false,
  )
}

/** The headers of Node come from beside it, where it has them: there is no other place to fetch them from. */
async function build(): Promise<void> {
  const prefix = dirname(dirname(process.execPath))
  if (!existsSync(join(prefix, 'include/node/node.h')))
    throw new Error(`it needs the headers of Node in ${prefix}/include/node to be built`)
  console.log('building node-rdkafka and its librdkafka, which takes minutes')
  const settings = ['--ignore-scripts=false', '--foreground-scripts', `--nodedir=${prefix}`]
  await runTool('npm', ['rebuild', 'node-rdkafka', ...settings], peersFolder)
}
