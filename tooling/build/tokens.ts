import ts from 'typescript'

/**
 * The tokens of a piece of code in their order. What stands between two of them is white space and comments alone;
 * strings and templates are inside tokens.
 */
export function tokensOf(node: ts.Node, file: ts.SourceFile): ts.Node[] {
  const children = node.getChildren(file).filter(({ kind }) => !isDocumentation(kind))
  if (children.length > 0) return children.flatMap((child) => tokensOf(child, file))
  return node.end > node.pos ? [node] : []
}

function isDocumentation(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstJSDocNode && kind <= ts.SyntaxKind.LastJSDocNode
}
