import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

/** What is compared of `@platformatic/kafka`. Its batches take bytes only: its producer makes them of text. */
export interface Platformatic {
  createRecordsBatch(
    messages: PlatformaticMessage[],
    options: { producerId: bigint },
  ): { readonly buffer: Buffer }
  crc32c(bytes: Buffer): number
  readonly compressionsAlgorithms: Readonly<Record<string, PlatformaticCompression>>
}

export interface PlatformaticMessage {
  readonly key: Buffer | undefined
  readonly value: Buffer
  readonly headers: Map<Buffer, Buffer> | undefined
  readonly timestamp: bigint
}

export interface PlatformaticCompression {
  readonly available: boolean
  compressSync(bytes: Buffer): Buffer
  decompressSync(bytes: Buffer): Buffer
}

const peers = new URL('../../peers/', import.meta.url)

/**
 * It says that it needs Node 22.22, and npm would refuse it to whoever installs this repository on Node 20, where its
 * encoders run all the same. So it has a folder and a lock file of its own and is installed by whoever compares.
 */
export function platformatic(): Promise<Platformatic | null> {
  return load().catch(() => install().then(load).catch(unavailable))
}

async function load(): Promise<Platformatic> {
  const { resolve } = createRequire(new URL('package.json', peers))
  return import(pathToFileURL(resolve('@platformatic/kafka')).href)
}

function install(): Promise<unknown> {
  console.log('installing @platformatic/kafka into bench/peers')
  const settings = ['--engine-strict=false', '--ignore-scripts']
  return promisify(execFile)('npm', ['ci', ...settings], { cwd: fileURLToPath(peers) })
}

function unavailable({ message }: Error): null {
  console.log(`@platformatic/kafka is left out: ${message}`)
  return null
}
