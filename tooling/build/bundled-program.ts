import { esbuild } from './esbuild.js'

/**
 * A program of TypeScript, and all that it imports, as the text of one ES module. What it imports by an address that is known only
 * when it runs stays apart.
 */
export function bundledProgram(program: string): Promise<string> {
  return bundled({ entryPoints: [program] })
}

/** The same for the code of a program that is in no file, as if it were in this folder. */
export function bundledCode(code: string, folder: string): Promise<string> {
  return bundled({ stdin: { contents: code, resolveDir: folder, loader: 'ts' } })
}

async function bundled(program: object): Promise<string> {
  const { outputFiles } = await esbuild().build({
    ...program,
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@sluice/source'],
    // The codecs that are native do not work in a bundle. A program that can load one runs all the same.
    loader: { '.node': 'empty' },
    // For the libraries that are CommonJS.
    banner: {
      js: `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`,
    },
  })
  return outputFiles[0]!.text
}
