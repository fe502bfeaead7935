import assert from 'node:assert/strict'
import process from 'node:process'
import type { CompressionCodec } from '../codec.js'

const mebibyte = 1_048_576

/** Decompresses 64 MiB of zeros where 1 MiB is allowed. Meanwhile the process may not take another 32 MiB of memory. */
export async function refusesBombs(codec: CompressionCodec): Promise<void> {
  const zeros = new Uint8Array(64 * mebibyte).fill(0)
  const bomb = await codec.compress(zeros)
  const before = memory()
  await assert.rejects(async () => codec.decompress(bomb, mebibyte), '64 MiB came out')
  const after = memory()
  const bytes = Math.max(after.peak - before.peak, after.buffers - before.buffers)
  assert.ok(
    bytes < 32 * mebibyte,
    `it took ${Math.round(bytes / mebibyte)} MiB where 1 MiB was allowed`,
  )
  // The zeros are used here, so that their memory could not be collected and used again before.
  assert.equal(zeros[zeros.length - 1], 0)
}

/** The peak does not grow when the memory fits below an older peak; the bytes of buffers do, until they are collected. */
function memory(): { peak: number; buffers: number } {
  return {
    peak: process.resourceUsage().maxRSS * 1024,
    buffers: process.memoryUsage().arrayBuffers,
  }
}
