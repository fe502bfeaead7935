import * as zlib from 'node:zlib'
import { fetchedBinary, node } from '../../../tooling/runtimes/runtime.js'

/** The path of a Node that has zstd: this one, or else Node 24. */
export async function nodeWithZstd(): Promise<string> {
  return 'zstdCompressSync' in zlib ? process.execPath : fetchedBinary(node(24))
}
