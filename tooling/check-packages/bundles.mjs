import { createRequire } from 'node:module'
import { join } from 'node:path'

const producer = ['producer', 'partitioner', 'accumulator', 'network', 'sender', 'protocol']

/** The stages that may be in a bundle of one entry point alone. */
const allowed = {
  '@sluice/producer/compose': ['producer', 'protocol'],
  '@sluice/producer/testing': ['producer', 'partitioner', 'sender', 'protocol'],
  '@sluice/kafkajs': ['kafkajs', ...producer],
  '@sluice/producer': producer,
  // The command has everything but the embedded cluster.
  '@sluice/cli': ['cli', ...producer, 'codec-lz4', 'codec-snappy'],
}

/**
 * Bundles one entry point from the installed tarballs, in both formats, and asserts that no byte of a
 * stage that it must not know is in there.
 */
export async function checkBundle(root, folder, specifier) {
  const own = specifier.split('/')[1]
  const expected = new Set(allowed[specifier] ?? [own, 'protocol'])
  for (const format of ['esm', 'cjs']) {
    const bytes = await bytesByPackage(root, folder, specifier, format)
    if (!(bytes[own] > 0)) throw new Error(`${format}: the bundle holds nothing of ${own}`)
    const foreign = Object.entries(bytes).filter(
      ([name, count]) => count > 0 && !expected.has(name),
    )
    if (foreign.length > 0)
      throw new Error(
        `${format}: the bundle holds ${foreign.map(([name, count]) => `${count} bytes of ${name}`).join(', ')}`,
      )
  }
}

async function bytesByPackage(root, folder, specifier, format) {
  const { metafile } = await esbuildOf(root).build({
    stdin: {
      contents:
        format === 'esm'
          ? `export * from '${specifier}'`
          : `module.exports = require('${specifier}')`,
      resolveDir: folder,
    },
    bundle: true,
    // Libraries of others: what is in them is not the question.
    external: [
      '@opentelemetry/api',
      'commander',
      'csv-parse/sync',
      'kafkajs-original',
      'lossless-json',
      'lz4-napi',
      'snappy',
    ],
    write: false,
    metafile: true,
    platform: 'node',
    format,
    logLevel: 'silent',
    absWorkingDir: folder,
  })
  const bytes = {}
  for (const output of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const name =
        path === '<stdin>'
          ? '<stdin>'
          : (/node_modules\/@sluice\/([^/]+)\//.exec(path)?.[1] ?? path)
      if (name !== '<stdin>') bytes[name] = (bytes[name] ?? 0) + bytesInOutput
    }
  }
  return bytes
}

/** esbuild comes with tsup. */
function esbuildOf(root) {
  const tsup = createRequire(join(root, 'node_modules/tsup/package.json'))
  return tsup('esbuild')
}
