import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { esbuild } from './esbuild.js'
import { packedTextModule } from './packed-text.js'
import { type Plugin, versionAlonePlugin } from './version-alone.js'

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
    plugins: [versionAlonePlugin, withoutLateImports],
  })
  return outputFiles[0]!.text
}

/**
 * In one text nothing can be loaded late. esbuild would turn each module that is imported late, and all that this one imports,
 * into a function, and their constants into variables, which cost more wherever they are used.
 */
const withoutLateImports: Plugin = {
  name: 'without-late-imports',
  setup(build) {
    build.onLoad({ filter: /[\\/]late-[a-z-]+\.ts$/ }, ({ path }) => ({
      contents: importedAtOnce(readFileSync(path, 'utf8')),
      loader: 'ts',
    }))
  },
}

function importedAtOnce(code: string): string {
  const imports: string[] = []
  const rest = code.replaceAll(/\bimport\(('\.[^']+')\)/g, (_, from: string) => {
    const name = `late${imports.length}`
    imports.push(`import * as ${name} from ${from}\n`)
    return name
  })
  return imports.join('') + rest
}

/**
 * Puts the text in the place of the module that would make it. It is compressed, since programs without a sender's thread
 * carry it, too.
 */
export const workerTextPlugin: Plugin = {
  name: 'worker-text',
  setup(build) {
    build.onLoad({ filter: /[\\/]caller[\\/]worker-text\.ts$/ }, async () => {
      return { contents: packedTextModule('workerText', await buildWorkerText()), loader: 'js' }
    })
  },
}
