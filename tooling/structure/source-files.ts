import { readFileSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'

/** A source file of a package; paths are those below its `src`. */
export interface SourceFile {
  readonly path: string
  readonly lines: number
  /** The files of the same package that it imports, as code or as types. */
  readonly imports: readonly string[]
}

/** @param folder - `src` of a package */
export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.relative(folder, join(entry.parentPath, entry.name)))
    .toSorted()
    .map((path) => parseSource(path, readFileSync(join(folder, path), 'utf8')))
}

export function parseSource(path: string, text: string): SourceFile {
  const specifiers = ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName)
  return {
    path,
    lines: text.split('\n').length - 1,
    imports: specifiers
      .filter((specifier) => /^\.\.?\//.test(specifier) && specifier.endsWith('.js'))
      .map((specifier) => posix.join(posix.dirname(path), specifier.replace(/\.js$/, '.ts'))),
  }
}
