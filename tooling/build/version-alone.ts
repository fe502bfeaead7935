import { readFileSync } from 'node:fs'
import type { Options } from 'tsup'

/** A plug-in of esbuild. */
export type Plugin = NonNullable<Options['esbuildPlugins']>[number]

/**
 * A package that tells its version imports its manifest. Nothing else of the manifest is built into it. The version stays on its
 * line, so that the source map is true.
 */
export const versionAlonePlugin: Plugin = {
  name: 'version-alone',
  setup(build) {
    build.onLoad({ filter: /[\\/]package\.json$/ }, ({ path }) => {
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n').map(versionAlone)
      return { contents: lines.join('\n'), loader: 'json' }
    })
  },
}

function versionAlone(line: string): string {
  if (line === '{' || line === '}') return line
  return /^ {2}"version": /.test(line) ? line.replace(/,$/, '') : ''
}
