import { InputError } from '../input/input-error.js'
import type { RecordFormat } from '../input/record-format.js'
import { type BadFrames, RecordReader } from '../input/record-reader.js'
import type { Source } from '../input/sources.js'
import type { Stop } from '../sending/stop.js'
import type { Pace } from './pace.js'
import type { RecordSink } from './record-sink.js'

/** What sending a whole input needs. */
export interface SendAllDeps {
  readonly sources: readonly Source[]
  readonly format: RecordFormat
  readonly bad: BadFrames
  readonly sink: RecordSink
  readonly stop: Stop
  readonly pace: Pace | null
}

/**
 * Reads the inputs one after the other and sends their records, no faster than the producer takes them. What has been read in part
 * when the command is to end is not sent.
 *
 * @throws InputError for an input that cannot be read to its end, or is wrong
 */
export async function sendAll(deps: SendAllDeps): Promise<void> {
  for (const source of deps.sources) {
    if (deps.stop.reason !== null) return
    await sendSource(source, deps)
  }
}

async function sendSource(source: Source, deps: SendAllDeps): Promise<void> {
  const { stop } = deps
  const reader = new RecordReader(source.name, deps.format, deps.bad)
  const input = source.open()
  // Without this a command that waits for a line would not hear that it is to end.
  const forget = stop.onStop(() => input.destroy())
  try {
    for await (const chunk of input) {
      await sendRecords(reader.records(chunk), deps)
      if (stop.reason !== null) return
    }
    await sendRecords(reader.rest(), deps)
  } catch (error) {
    if (stop.reason !== null) return
    throw isOfInput(error) ? new InputError(`${source.name} cannot be read: ${error.code}`) : error
  } finally {
    forget()
  }
}

async function sendRecords(
  records: ReturnType<RecordReader['records']>,
  { sink, stop, pace }: SendAllDeps,
): Promise<void> {
  for (const record of records) {
    if (pace !== null) {
      const due = pace.next()
      if (due !== null) await due
    }
    if (stop.reason !== null) return
    const room = sink.send(record)
    if (room !== null) await stop.orStopped(room)
  }
}

/** An error of the system, such as EIO. */
function isOfInput(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error
}
