import { join } from 'node:path'
import ts from 'typescript'

/**
 * Writes the declarations of all sources by one program. `npm run check:types` does the checking.
 *
 * @param sources - by their paths in the repository
 * @param folder - gets `<package>/src/<file>.d.ts`
 */
export function emitDeclarations(root: string, sources: readonly string[], folder: string): void {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root)
  const program = ts.createProgram(
    sources.map((file) => join(root, file)),
    {
      ...options,
      target: ts.ScriptTarget.ESNext,
      noEmit: false,
      noCheck: true,
      emitDeclarationOnly: true,
      rootDir: join(root, 'packages'),
      outDir: folder,
    },
  )
  const { diagnostics } = program.emit()
  if (diagnostics.length > 0)
    throw new Error(
      ts.formatDiagnostics(diagnostics, {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => root,
        getNewLine: () => '\n',
      }),
    )
}
