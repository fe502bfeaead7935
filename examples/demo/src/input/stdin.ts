import { once } from 'node:events'
import { fstatSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'

/** All of stdin, however long it takes. */
export function readStdin(): Promise<Buffer> {
  return buffer(process.stdin)
}

/** The text that is piped in, or null where there is none: a terminal, /dev/null, a pipe that is empty or stays silent. */
export async function readPipe(): Promise<Buffer | null> {
  if (!isPiped()) return null
  if (!(await isReadableSoon())) {
    process.stdin.destroy()
    return null
  }
  const text = await readStdin()
  return text.length === 0 ? null : text
}

/** Programs often leave their children an open pipe and never write to it. Waiting for its end would last for ever. */
const firstByteMs = 3_000

function isPiped(): boolean {
  const stdin = fstatSync(0)
  return stdin.isFIFO() || stdin.isFile() || stdin.isSocket()
}

/** Whether data or the end of the pipe comes in time. */
function isReadableSoon(): Promise<boolean> {
  return once(process.stdin, 'readable', { signal: AbortSignal.timeout(firstByteMs) }).then(
    () => true,
    () => false,
  )
}
