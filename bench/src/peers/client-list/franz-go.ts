import { join } from 'node:path'
import { peersFolder } from '../../installed.js'
import type { PeerClient } from './client.js'
import { runTool } from './run-tool.js'

/** The go client fetches its modules, as go.sum has them. */
export const franzGo: PeerClient = {
  id: 'franz-go',
  pace: 'fast',
  workloads: ['w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7'],
  async prepare() {
    const program = join(peersFolder, 'dist/franz-go/produce')
    await runTool('go', ['build', '-o', program, '.'], join(peersFolder, 'franz-go'))
    return (task) => ({ file: program, args: [JSON.stringify(task)] })
  },
}
