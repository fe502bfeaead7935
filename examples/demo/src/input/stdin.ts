import { once } from 'node:events'
import { fstatSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'

/** All of stdin, however long it takes. */
export function readStdin(): Promise<Buffer> {
  return buffer(process.stdin)
}

/** What is piped in, or null where nothing is: a terminal, /dev/null, a pipe that is empty or stays silent. */
export async function readPipe(): Promise<Buffer | null> {
  if (!isPiped()) return null
  if (!(await somethingComes())) {
    process.stdin.destroy()
    return null
  }
  const text = await readStdin()
  return text.length === 0 ? null : text
}

/** Programs often leave their children an open pipe that nobody writes to: waiting for it would last for ever. */
const patienceMs = 3_000

function isPiped(): boolean {
  const stdin = fstatSync(0)
  return stdin.isFIFO() || stdin.isFile() || stdin.isSocket()
}

/** Data or the end, in time. */
function somethingComes(): Promise<boolean> {
  return once(process.stdin, 'readable', { signal: AbortSignal.timeout(patienceMs) }).then(
    () => true,
    () => false,
  )
}
