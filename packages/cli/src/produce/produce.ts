import type { CliIo } from '../cli-io.js'
import { sourcesOf } from '../input/sources.js'
import { StatusLine } from '../terminal/status-line.js'
import type { ProduceValues } from './produce-options.js'
import { ProduceRun } from './produce-run.js'
import { producerOptionsOf } from './producer-options-of.js'
import { recordFormatOf } from './record-format-of.js'

/**
 * `sluice produce`: sends the records of the inputs, and tells what became of them.
 *
 * @returns the exit code
 * @throws UsageError before anything is sent
 */
export async function produce(
  files: readonly string[],
  values: ProduceValues,
  io: CliIo,
): Promise<number> {
  const line = new StatusLine(io)
  const format = recordFormatOf(values)
  const options = await producerOptionsOf(values, (text) => line.print(text))
  const sources = sourcesOf(files, io)
  return new ProduceRun({ values, io, line, producer: io.createProducer(options) }).run(
    sources,
    format,
  )
}
