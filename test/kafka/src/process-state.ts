import { readdir, readFile } from 'node:fs/promises'

/** Whether SIGSTOP has reached every thread of a process: on a busy machine that takes a while.
 *  Only Linux tells. */
export async function standsStill(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return true
  const threads = await readdir(`/proc/${pid}/task`)
  const states = await Promise.all(threads.map((thread) => stateOf(pid, thread)))
  return states.every((state) => state === 'T')
}

// The state follows the name, which is in brackets and may have some itself. A thread may end
// meanwhile: then there are others to wait for.
async function stateOf(pid: number, thread: string): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'latin1').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 1).trim()[0]
}
