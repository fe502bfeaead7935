import ts from 'typescript'

/** The declarations of one source file as its `.d.ts` would have them. */
export interface FileDeclarations {
  /** The text of everything that is declared under this name, without comments. */
  textOf(name: string): string
  /** The names that the declarations of this name use. */
  usedBy(name: string): readonly string[]
  /** Where a name comes from that the file imports: its file as it is written there, and its name in that file. */
  importOf(name: string): { readonly from: string; readonly name: string } | undefined
}

const printer = ts.createPrinter({ removeComments: true })

/** How an inferred type names what the file does not import. */
const importType = /\bimport\("(\.[^"]+)"\)\.(\w+)/g

/** @param text - of the `.d.ts` file */
export function parseDeclarations(text: string): FileDeclarations {
  const file = ts.createSourceFile('file.d.ts', text, ts.ScriptTarget.Latest, true)
  const declarations = file.statements
    .flatMap(oneByOne)
    .flatMap((statement) => namesOf(statement).map((name) => ({ name, statement })))
  const imports = new Map([
    ...file.statements.filter(ts.isImportDeclaration).flatMap(importedBy),
    ...[...text.matchAll(importType)].map(
      ([, from, name]) => [name!, { from: from!, name: name! }] as const,
    ),
  ])
  const ofName = (name: string): ts.Statement[] =>
    declarations.filter((one) => one.name === name).map(({ statement }) => statement)
  return {
    textOf: (name) => ofName(name).map(print).join('\n'),
    usedBy: (name) => ofName(name).flatMap(identifiersIn),
    importOf: (name) => imports.get(name),
  }

  function print(statement: ts.Statement): string {
    return printer
      .printNode(ts.EmitHint.Unspecified, statement, file)
      .replaceAll(importType, '$2')
      .replaceAll(/^( {4})+/gm, (indent) => ' '.repeat(indent.length / 2))
      .replace(/^(export )?declare /, '$1')
  }
}

/** A statement may declare many constants, as where an object is taken apart. */
function oneByOne(statement: ts.Statement): ts.Statement[] {
  if (!ts.isVariableStatement(statement)) return [statement]
  const { declarations, flags } = statement.declarationList
  if (declarations.length === 1) return [statement]
  return declarations.map((declaration) =>
    ts.factory.createVariableStatement(
      statement.modifiers,
      ts.factory.createVariableDeclarationList([declaration], flags),
    ),
  )
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText())
  const named =
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  return named && statement.name ? [statement.name.text] : []
}

function importedBy({
  importClause,
  moduleSpecifier,
}: ts.ImportDeclaration): [local: string, origin: { from: string; name: string }][] {
  const from = (moduleSpecifier as ts.StringLiteral).text
  const bindings = importClause?.namedBindings
  if (!bindings || !ts.isNamedImports(bindings)) return []
  return bindings.elements.map(({ name, propertyName }) => [
    name.text,
    { from, name: (propertyName ?? name).text },
  ])
}

function identifiersIn(node: ts.Node): string[] {
  if (ts.isIdentifier(node)) return [node.text]
  const found: string[] = []
  node.forEachChild((child) => void found.push(...identifiersIn(child)))
  return found
}
