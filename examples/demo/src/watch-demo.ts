import { setTimeout as pause } from 'node:timers/promises'
import { inspectProducer } from '@sluice/inspector'
import type { Producer } from '@sluice/producer'
import type { Destination } from './destination.js'
import type { Input } from './input/input.js'

const perSecond = 2_000
/** Records are handed over in turns of this length. */
const turnMs = 20
/** How long the broker answers, and how long it does not. */
const [answeringMs, silentMs] = [15_000, 4_000]

/** Serves a page of the producer and sends the records again and again, until the signal comes. */
export async function watchDemo(
  { records, title }: Input,
  destination: Destination,
  producer: Producer,
  signal: AbortSignal,
): Promise<void> {
  await producer.connect({ signal })
  await using inspector = await inspectProducer(producer, { port: 0 })
  process.stdout.write(
    `${records.length} ${title}, again and again, into ${destination.topic} on ${destination.title}\n` +
      `watch it in a browser: ${inspector.url}\nCtrl-C ends it\n`,
  )
  const silences = silenceAgainAndAgain(destination, signal)
  await sendUntil(signal, producer, destination.topic, records)
  await silences
  await producer.flush()
  const { recordAckTotal, recordErrorTotal } = producer.metrics()
  process.stdout.write(`\n${recordAckTotal} acknowledged, ${recordErrorTotal} failed\n`)
}

async function sendUntil(
  signal: AbortSignal,
  producer: Producer,
  topic: string,
  records: Input['records'],
): Promise<void> {
  for (let sent = 0; !signal.aborted;) {
    for (const end = sent + (perSecond * turnMs) / 1_000; sent < end; sent++) {
      const { key, value } = records[sent % records.length]!
      // A failure is on the page, and counted.
      producer.enqueue({ topic, key, value }, () => {})
    }
    await producer.drained()
    await pause(turnMs)
  }
}

/** So that there is something to see. */
async function silenceAgainAndAgain(
  { silenceBroker }: Destination,
  signal: AbortSignal,
): Promise<void> {
  if (silenceBroker === undefined) return
  while (!signal.aborted) {
    await pauseUntil(signal, answeringMs)
    const answerAgain = silenceBroker()
    await pauseUntil(signal, silentMs)
    answerAgain()
  }
}

/** The pause ends early with the signal. */
async function pauseUntil(signal: AbortSignal, ms: number): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => {})
}
