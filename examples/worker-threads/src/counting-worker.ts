import { readFile } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { createProducer, type RecordMetadata } from '@sluice/producer'
import type { Outcome } from './pool.js'

interface Settings {
  readonly bootstrapServers: string
  readonly number: number
}

const { bootstrapServers, number } = workerData as Settings
const port = parentPort!

const producer = createProducer({
  bootstrapServers,
  clientId: `word-counter-${number}`,
  // Each worker has memory of its own, so the process may take this times the number of workers.
  bufferBytes: 8 * 1024 * 1024,
})

/** One file after the other, so that a worker holds one text. The next one is counted while records are on the way. */
let work: Promise<void> = Promise.resolve()
port.on('message', (file: string | null) => {
  work = work.then(() => (file === null ? end() : count(file)))
})

async function count(file: string): Promise<void> {
  try {
    const value = JSON.stringify(wordCounts(await readFile(file, 'utf8')))
    const record = { topic: 'word-counts', key: file, value }
    if (!producer.enqueue(record, tell, file)) await producer.drained()
  } catch (error) {
    tell(error, null, file)
  }
}

function tell(error: unknown, metadata: RecordMetadata | null, file: string): void {
  const outcome: Outcome = metadata
    ? { file, offset: String(metadata.offset) }
    : { file, error: String(error) }
  port.postMessage(outcome)
}

/** The port keeps the worker alive, and nothing else does once the producer is closed. */
async function end(): Promise<void> {
  await producer.close()
  port.close()
}

/** What costs the time: the reason to have workers. */
function wordCounts(text: string): Record<string, number> {
  const counts = new Map<string, number>()
  for (const [word] of text.toLowerCase().matchAll(/\p{L}+/gu))
    counts.set(word, (counts.get(word) ?? 0) + 1)
  return Object.fromEntries([...counts].toSorted(([, a], [, b]) => b - a).slice(0, 10))
}
