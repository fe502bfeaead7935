import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { parseDeclarations, type FileDeclarations } from './declarations.js'

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  declaration: true,
  emitDeclarationOnly: true,
  noCheck: true,
  skipLibCheck: true,
  types: ['node'],
  customConditions: ['@sluice/source'],
}

/** What is declared under a name: the file that declares it, and its name there. */
interface Origin {
  readonly file: string
  readonly name: string
}

/**
 * The API of each package as text: for each entry point every export, in the order of the alphabet, as its declaration
 * without comments. What is not exported but named by an export comes last.
 *
 * @param folders - of the packages
 * @returns for each folder, in the same order, the report
 */
export function apiReports(folders: readonly string[]): string[] {
  const packages = folders.map((folder) => ({ folder, entries: entriesOf(folder) }))
  const roots = packages.flatMap(({ entries }) => entries.map(({ source }) => source))
  const program = ts.createProgram(roots, options)
  return packages.map(({ folder, entries }) => new Report(program, resolve(folder)).of(entries))
}

interface Entry {
  readonly specifier: string
  readonly source: string
}

function entriesOf(folder: string): Entry[] {
  const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string
    exports: Record<string, { '@sluice/source'?: string }>
  }
  return Object.entries(exports).flatMap(([path, target]) => {
    const source = target['@sluice/source']
    return source ? [{ specifier: name + path.slice(1), source: resolve(folder, source) }] : []
  })
}

class Report {
  readonly #program: ts.Program
  readonly #checker: ts.TypeChecker
  readonly #folder: string
  readonly #files = new Map<string, FileDeclarations>()
  /** The entry point that shows it first. */
  readonly #shown = new Map<string, string>()

  constructor(program: ts.Program, folder: string) {
    this.#program = program
    this.#checker = program.getTypeChecker()
    this.#folder = folder
  }

  of(entries: readonly Entry[]): string {
    const exported = entries.map((entry) => ({ ...entry, exports: this.#exportsOf(entry) }))
    const sections = exported.map(({ specifier, exports }) => {
      const texts = exports.map(([name, origin]) => this.#show(specifier, name, origin))
      return section(specifier, texts)
    })
    const hidden = this.#hidden(
      exported.flatMap(({ exports }) => exports.map(([, origin]) => origin)),
    )
    return (
      [`# API of ${entries[0]!.specifier}`, howToUpdate, ...sections, ...hidden].join('\n\n') + '\n'
    )
  }

  #exportsOf({ source }: Entry): [name: string, origin: Origin][] {
    const module = this.#checker.getSymbolAtLocation(this.#program.getSourceFile(source)!)
    if (!module) return []
    return this.#checker
      .getExportsOfModule(module)
      .map((symbol): [string, Origin] => [symbol.name, this.#originOf(symbol)])
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
  }

  #originOf(symbol: ts.Symbol): Origin {
    const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0
    const target = isAlias ? this.#checker.getAliasedSymbol(symbol) : symbol
    const file = target.declarations?.[0]?.getSourceFile().fileName
    if (file === undefined) throw new Error(`${symbol.name} is declared nowhere`)
    return { file: resolve(file), name: target.name }
  }

  #show(specifier: string, name: string, origin: Origin): string {
    const { file, name: declared } = origin
    const before = this.#shown.get(key(origin))
    if (before !== undefined) return `export { ${renamed(declared, name)} } from '${before}'`
    this.#shown.set(key(origin), specifier)
    if (!this.#isOurs(file)) return `export { ${name} } // of another package`
    const text = this.#declarationsOf(file).textOf(declared)
    return name === declared ? text : `${text}\nexport { ${renamed(declared, name)} }`
  }

  /** The declarations that exports name but that no entry point exports. */
  #hidden(exported: readonly Origin[]): string[] {
    const found = new Map<string, Origin>()
    const waiting = exported.filter(({ file }) => this.#isOurs(file))
    for (let origin = waiting.pop(); origin; origin = waiting.pop()) {
      for (const used of this.#usedBy(origin)) {
        if (this.#shown.has(key(used)) || found.has(key(used))) continue
        found.set(key(used), used)
        waiting.push(used)
      }
    }
    const texts = [...found.values()]
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ file, name }) =>
        this.#declarationsOf(file)
          .textOf(name)
          .replace(/^export /gm, ''),
      )
    return texts.length === 0 ? [] : [section('not exported, but part of what is', texts)]
  }

  #usedBy({ file, name }: Origin): Origin[] {
    const declarations = this.#declarationsOf(file)
    return [...new Set(declarations.usedBy(name))].flatMap((used) => {
      if (declarations.textOf(used) !== '') return used === name ? [] : [{ file, name: used }]
      const imported = declarations.importOf(used)
      if (!imported?.from.startsWith('.')) return []
      const from = resolve(file, '..', imported.from.replace(/\.js$/, '.ts'))
      return [{ file: from, name: imported.name }]
    })
  }

  #isOurs(file: string): boolean {
    return file.startsWith(join(this.#folder, 'src'))
  }

  #declarationsOf(file: string): FileDeclarations {
    const known = this.#files.get(file)
    if (known) return known
    let text = ''
    const source = this.#program.getSourceFile(file)
    this.#program.emit(source, (_, written) => (text = written), undefined, true)
    const declarations = parseDeclarations(text)
    this.#files.set(file, declarations)
    return declarations
  }
}

const howToUpdate = 'Written by `npm run api:update`; `npm run check:api` compares.'

function section(title: string, texts: readonly string[]): string {
  return `## ${title}\n\n\`\`\`ts\n${texts.join('\n\n')}\n\`\`\``
}

function key({ file, name }: Origin): string {
  return `${file} ${name}`
}

function renamed(declared: string, name: string): string {
  return declared === name ? name : `${declared} as ${name}`
}
