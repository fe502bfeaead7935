import ts from 'typescript'

/** A name of a module and the name it has inside this one. */
interface Binding {
  readonly name: string
  readonly local: string
}

/** Everything that is imported from one module. */
export interface Import {
  readonly from: string
  /** The names of variables that hold the whole module: its default export, or its namespace. */
  readonly defaults: readonly string[]
  readonly namespaces: readonly string[]
  readonly names: readonly Binding[]
}

/** An ES module as a bundler writes it, taken apart. */
export interface ModuleParts {
  /** In the order in which the modules are evaluated. */
  readonly imports: readonly Import[]
  readonly exports: readonly Binding[]
  /** All other statements. */
  readonly body: readonly ts.Statement[]
  readonly file: ts.SourceFile
}

/** @throws Error where the module re-exports from another one, which our bundles never do */
export function parseModule(code: string): ModuleParts {
  const file = ts.createSourceFile('module.js', code, ts.ScriptTarget.Latest)
  const imports = file.statements.filter(ts.isImportDeclaration)
  const exports = file.statements.filter(ts.isExportDeclaration)
  const body = file.statements.filter(
    (statement) => !ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement),
  )
  const modules = [...new Set(imports.map(specifierOf))]
  return {
    imports: modules.map((from) =>
      importOf(
        from,
        imports.filter((one) => specifierOf(one) === from),
      ),
    ),
    exports: exports.flatMap(exportedBy),
    body,
    file,
  }
}

function specifierOf({ moduleSpecifier }: ts.ImportDeclaration): string {
  return (moduleSpecifier as ts.StringLiteral).text
}

function importOf(from: string, declarations: readonly ts.ImportDeclaration[]): Import {
  const clauses = declarations.flatMap(({ importClause }) => importClause ?? [])
  const bindings = clauses.flatMap(({ namedBindings }) => namedBindings ?? [])
  return {
    from,
    defaults: clauses.flatMap(({ name }) => name?.text ?? []),
    namespaces: bindings.filter(ts.isNamespaceImport).map(({ name }) => name.text),
    names: bindings.filter(ts.isNamedImports).flatMap(({ elements }) => elements.map(importedAs)),
  }
}

function importedAs({ name, propertyName }: ts.ImportSpecifier): Binding {
  return { name: (propertyName ?? name).text, local: name.text }
}

function exportedBy({ exportClause, moduleSpecifier }: ts.ExportDeclaration): Binding[] {
  if (moduleSpecifier || !exportClause || !ts.isNamedExports(exportClause))
    throw new Error('the build cannot write a re-export as CommonJS')
  return exportClause.elements.map(({ name, propertyName }) => ({
    name: name.text,
    local: (propertyName ?? name).text,
  }))
}
