import { esbuild } from './esbuild.js'

/**
 * A program of TypeScript, and all that it imports, as the text of one ES module. What it imports by an address that is known only
 * when it runs stays apart.
 */
export async function bundledProgram(program: string): Promise<string> {
  const { outputFiles } = await esbuild().build({
    entryPoints: [program],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@sluice/source'],
    // For the libraries that are CommonJS.
    banner: {
      js: `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`,
    },
  })
  return outputFiles[0]!.text
}
