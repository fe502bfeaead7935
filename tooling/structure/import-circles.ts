import { posix } from 'node:path'
import type { SourceFile } from './source-files.js'

/** What stands in one folder: a file, or a folder with all that is in it. */
type Item = string

/** For each item of a folder the items that it imports, each with one import as an example. */
type Graph = Map<Item, Map<Item, string>>

/**
 * The imports that make a circle. In each folder, every file and every folder is one item, and the imports between these
 * items must lead in one direction: so a file may join the files of an inner folder, or be a contract that they import,
 * but not both.
 *
 * @returns a line for each two items of a circle, with an import between them
 */
export function importCircles(files: readonly SourceFile[]): string[] {
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)))
  return [...folders].toSorted().flatMap((folder) => circlesOf(graphOf(folder, files)))
}

function foldersOf(path: string): string[] {
  const folder = posix.dirname(path)
  return folder === '.' ? ['.'] : [folder, ...foldersOf(folder)]
}

function graphOf(folder: string, files: readonly SourceFile[]): Graph {
  const graph: Graph = new Map()
  for (const { path, imports } of files) {
    const from = itemOf(folder, path)
    if (from === undefined) continue
    for (const imported of imports) {
      const to = itemOf(folder, imported)
      if (to === undefined || to === from) continue
      const edges = graph.get(from) ?? new Map<Item, string>()
      graph.set(from, edges.set(to, `${path} imports ${imported}`))
    }
  }
  return graph
}

function itemOf(folder: string, path: string): Item | undefined {
  const inside = posix.relative(folder, path)
  if (inside.startsWith('..')) return undefined
  const [first, ...more] = inside.split('/')
  return posix.join(folder, more.length > 0 ? `${first}/` : first!)
}

function circlesOf(graph: Graph): string[] {
  return [...graph].flatMap(([from, edges]) =>
    [...edges]
      .filter(([to]) => leads(graph, to, from))
      .map(([to, example]) => `${from} → ${to}: ${example}`),
  )
}

function leads(graph: Graph, from: Item, to: Item): boolean {
  const seen = new Set([from])
  for (const item of seen) {
    if (item === to) return true
    for (const next of graph.get(item)?.keys() ?? []) seen.add(next)
  }
  return false
}
