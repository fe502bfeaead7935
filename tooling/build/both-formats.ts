import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encode } from '@jridgewell/sourcemap-codec'
import { blankComments } from './blank-comments.js'
import { parseModule, type Import, type ModuleParts } from './module-parts.js'
import { slimLines } from './slim-lines.js'

/*
 * A package holds each module twice, as an ES module and as CommonJS. Both have the same body: one imports on its first
 * line and exports on its last, the other requires and assigns there. So they share one source map, which holds the
 * sources, and nothing is in the package more often than it must be.
 */

/**
 * Modules without a map: the conformance kits and mocks, which are read where they are installed, the text of the
 * producer's thread, and the page of the inspector.
 */
const unmapped = /^(testing|(worker-text|page-files)-.*)\.js$/

/**
 * Rewrites each ES module that was built into `folder`, as `x.js`, `x.cjs` and the `x.js.map` of both. A module that only
 * exports again has no map, either.
 */
export function writeBothFormats(folder: string): void {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.js'))) {
    const mapFile = join(folder, `${file}.map`)
    const code = readFileSync(join(folder, file), 'utf8')
    const { esm, cjs, map } = bothFormats(code, readFileSync(mapFile, 'utf8'))
    const isMapped = !unmapped.test(file) && map.sources.length > 0
    const link = isMapped ? `//# sourceMappingURL=${file}.map\n` : ''
    writeFileSync(join(folder, file), esm + link)
    writeFileSync(join(folder, file.replace(/js$/, 'cjs')), cjs + link)
    if (isMapped) writeFileSync(mapFile, JSON.stringify(map))
    else rmSync(mapFile)
  }
}

export interface SourceMap {
  readonly version: number
  readonly sources: readonly string[]
  readonly sourcesContent: readonly string[]
  readonly names: readonly string[]
  readonly mappings: string
}

/** The two formats of an ES module, and the source map that both share. */
export function bothFormats(
  code: string,
  mapJson: string,
): { esm: string; cjs: string; map: SourceMap } {
  const { sources, sourcesContent, mappings } = JSON.parse(mapJson) as SourceMap
  const parts = parseModule(code)
  const body = slimLines(parts.file, parts.body, mappings)
  const firstLine: [] = []
  return {
    esm: `${parts.imports.map(importLine).join('')}\n${body.text}\n${exportLine(parts)}`,
    cjs: `${cjsHead}${parts.imports.map(requireLine).join('')}\n${withRequire(body.text)}\n${assignLine(parts)}`,
    map: {
      version: 3,
      sources,
      sourcesContent: sourcesContent.map(blankComments),
      names: [],
      mappings: encode([firstLine, ...body.mappings.map((line) => [...line])]),
    },
  }
}

/**
 * A module of the same package that is imported later is required later: test runners that know CommonJS alone refuse every
 * `import()`. A module of CommonJS has a path in place of its address. What stands behind these on their lines moves, which no
 * map tells.
 */
function withRequire(text: string): string {
  return text
    .replace(/\bimport\((["'])(\.\/[\w-]+)\.js\1\)/g, 'Promise.resolve(require("$2.cjs"))')
    .replaceAll('import.meta.url', 'require("node:url").pathToFileURL(__filename).href')
}

const cjsHead = '"use strict";Object.defineProperty(exports,"__esModule",{value:true});'

function importLine({ from, defaults, namespaces, names }: Import): string {
  const named = names.map(({ name, local }) => (name === local ? name : `${name} as ${local}`))
  const clauses = [
    ...defaults,
    ...namespaces.map((name) => `* as ${name}`),
    ...(named.length > 0 ? [`{${named.join(',')}}`] : []),
  ]
  if (clauses.length === 0) return `import"${from}";`
  return clauses.map((clause) => `import ${clause} from"${from}";`).join('')
}

function requireLine({ from, defaults, namespaces, names }: Import): string {
  const required = `require("${from.startsWith('.') ? from.replace(/\.js$/, '.cjs') : from}")`
  const named = names.map(({ name, local }) => (name === local ? name : `${name}:${local}`))
  const patterns = [
    ...defaults,
    ...namespaces,
    ...(named.length > 0 ? [`{${named.join(',')}}`] : []),
  ]
  if (patterns.length === 0) return `${required};`
  return patterns.map((pattern) => `const ${pattern}=${required};`).join('')
}

function exportLine({ exports }: ModuleParts): string {
  const named = exports.map(({ name, local }) => (name === local ? name : `${local} as ${name}`))
  return named.length === 0 ? '' : `export{${named.join(',')}};\n`
}

function assignLine({ exports }: ModuleParts): string {
  const assigned = exports.map(({ name, local }) => `exports.${name}=${local};`)
  return assigned.length === 0 ? '' : `${assigned.join('')}\n`
}
