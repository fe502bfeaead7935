import { createRequire } from 'node:module'

/** What is used of esbuild. */
interface Esbuild {
  build(options: object): Promise<{ readonly outputFiles: readonly { readonly text: string }[] }>
}

/** The esbuild that comes with tsup. */
export function esbuild(): Esbuild {
  const tsup = createRequire(createRequire(import.meta.url).resolve('tsup/package.json'))
  return tsup('esbuild') as Esbuild
}
