import { cpSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { peersFolder } from '../../installed.js'
import type { Task } from '../task.js'
import type { PeerClient } from './client.js'
import { buildNodeRdkafka } from './node-rdkafka.js'
import { runTool } from './run-tool.js'

const folder = join(peersFolder, 'dist/librdkafka')
/** Kept apart from the package, which is built anew for another Node. */
const library = join(folder, 'library')

/** The C library itself, from the source inside the package node-rdkafka, else the system's (Debian: librdkafka-dev). */
export const librdkafka: PeerClient = {
  id: 'librdkafka',
  pace: 'fast',
  workloads: ['w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7'],
  async prepare() {
    const program = join(folder, 'produce')
    const source = join(peersFolder, 'librdkafka/produce.c')
    await runTool('gcc', ['-O2', source, ...(await linkFlags()), '-o', program])
    return (task) => ({ file: program, args: argumentsOf(task) })
  },
}

async function linkFlags(): Promise<string[]> {
  mkdirSync(folder, { recursive: true })
  try {
    if (!existsSync(library)) keep(await buildNodeRdkafka())
    return [`-I${library}/include`, `-L${library}`, '-lrdkafka', `-Wl,-rpath,${library}`]
  } catch (error) {
    const flags = await runTool('pkg-config', ['--cflags', '--libs', 'rdkafka']).catch(() => {
      throw error
    })
    return flags.trim().split(/\s+/)
  }
}

/** The folder appears under its name only when it is whole. */
function keep(built: string): void {
  for (const name of ['include', 'librdkafka.so.1'])
    cpSync(join(built, name), join(`${library}.part`, name), { recursive: true })
  cpSync(join(built, 'librdkafka.so.1'), join(`${library}.part`, 'librdkafka.so'))
  renameSync(`${library}.part`, library)
}

/** C has no JSON at hand, so its program takes each field for itself. */
function argumentsOf(task: Task): string[] {
  return Object.entries(task).map(([name, value]) => `${name}=${value}`)
}
