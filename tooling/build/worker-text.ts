import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import type { Options } from 'tsup'
import { esbuild } from './esbuild.js'

type Plugin = NonNullable<Options['esbuildPlugins']>[number]

const entry = new URL(
  '../../packages/producer/src/sending-half/thread/worker/worker.ts',
  import.meta.url,
)

/** The sender's thread of the producer as one CommonJS text, made of the sources of every stage on it. */
export async function buildWorkerText(): Promise<string> {
  const { outputFiles } = await esbuild().build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    conditions: ['@sluice/source'],
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    // Names stay: stack traces show them.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]!.text
}

/**
 * Puts the text in the place of the module that would make it. It is compressed, since programs without a sender's thread
 * carry it, too.
 */
export const workerTextPlugin: Plugin = {
  name: 'worker-text',
  setup(build) {
    build.onLoad({ filter: /[\\/]caller[\\/]worker-text\.ts$/ }, async () => {
      const packed = brotliCompressSync(await buildWorkerText()).toString('base64')
      return { contents: unpacking(packed), loader: 'js' }
    })
  },
}

function unpacking(packed: string): string {
  return `import { Buffer } from 'node:buffer'
import { brotliDecompressSync } from 'node:zlib'
export async function workerText() {
  return brotliDecompressSync(Buffer.from('${packed}', 'base64')).toString()
}
`
}
