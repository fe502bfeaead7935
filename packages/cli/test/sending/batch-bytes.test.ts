import { createProducer, type ProducerOptions } from '@sluice/producer'
import { expect, test } from 'vitest'
import { runWith } from '../cli-run.js'

/** The size of batches that a command asks its producer for. */
async function batchBytesOf(...args: string[]): Promise<number | undefined> {
  let asked: ProducerOptions | undefined
  // Nothing listens on the port, so nothing is sent; the options are all that counts.
  await runWith([...args, '-b', '127.0.0.1:1', '-t', 'orders', '--max-block-ms', '1'], ['a\n'], {
    createProducer: (options) => createProducer((asked = options)),
  })
  return asked?.batchBytes
}

test.each<[what: string, args: string[], expected: number]>([
  ['produce fills large ones', ['produce'], 1_000_000],
  ['perf has those of a producer whose options say nothing', ['perf', '--records', '1'], 65_536],
  ['what the options say, counts', ['produce', '--batch-bytes', '4096'], 4096],
  ['none is larger than a request', ['produce', '--max-request-bytes', '500000'], 500_000],
  ['a small buffer has room for several', ['produce', '--buffer-bytes', '4194304'], 262_144],
  ['the smallest buffer holds one', ['produce', '--buffer-bytes', '65536'], 65_536],
])('batches of the command line: %s', async (_, args, expected) => {
  expect(await batchBytesOf(...args)).toBe(expected)
})
