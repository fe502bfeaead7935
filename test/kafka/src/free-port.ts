import { once } from 'node:events'
import { createServer } from 'node:net'
import { threadId } from 'node:worker_threads'

// Below the ports that systems hand out to outgoing connections (from 32768 on Linux): one of those
// could take a broker's port while it is down, or even connect to itself.
const lowest = 12_000
const slots = 499
const slotSize = 40

// Test files run at the same time in processes of their own; each looks in a slot of its own, since
// between the check here and the broker's start another one could choose the same port.
const first = lowest + ((process.pid + threadId) % slots) * slotSize
let next = 0

/** A port of 127.0.0.1 that nothing listens on, and that this process has not had for long. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < slotSize; attempt++) {
    const port = first + (next++ % slotSize)
    if (await isFree(port)) return port
  }
  throw new Error(`No free port between ${first} and ${first + slotSize - 1}.`)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
