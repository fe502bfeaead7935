import { decode, type SourceMapSegment } from '@jridgewell/sourcemap-codec'
import ts from 'typescript'
import { tokensOf } from './tokens.js'

/** Code, and for each of its lines where its parts come from. */
export interface SlimLines {
  readonly text: string
  readonly mappings: readonly (readonly SourceMapSegment[])[]
}

/**
 * Writes statements line by line and with every name, but without comments, indentation and most blanks. The map leads
 * from a place to its line in the source and not to its column there, which takes a third of the bytes.
 *
 * @param mappings - of the source map that leads from `file` to the sources
 */
export function slimLines(
  file: ts.SourceFile,
  statements: readonly ts.Statement[],
  mappings: string,
): SlimLines {
  const segments = decode(mappings)
  const writer = new LineWriter()
  let last: ts.Node | undefined
  for (const token of statements.flatMap((statement) => tokensOf(statement, file))) {
    const start = token.getStart(file)
    const between = file.text.slice(token.pos, start)
    if (last && between.includes('\n')) writer.newLine()
    else if (last && between !== '' && needsBlank(last, token)) writer.append(' ')
    writer.append(annotationIn(between))
    writer.mark(segmentAt(start))
    writer.append(file.text.slice(start, token.end))
    last = token
  }
  return { text: writer.lines.join('\n'), mappings: writer.mappings }

  function segmentAt(position: number): SourceMapSegment | undefined {
    const { line, character } = file.getLineAndCharacterOfPosition(position)
    return segments[line]?.find(([column]) => column === character)
  }
}

class LineWriter {
  readonly lines: string[] = ['']
  readonly mappings: SourceMapSegment[][] = [[]]

  newLine(): void {
    this.lines.push('')
    this.mappings.push([])
  }

  /** A template may bring line breaks of its own. */
  append(text: string): void {
    const [first, ...more] = text.split('\n')
    this.lines[this.lines.length - 1] += first!
    for (const line of more) {
      this.newLine()
      this.append(line)
    }
  }

  /** Notes where what comes next is from, if that is another line than that of what came before. */
  mark(segment: SourceMapSegment | undefined): void {
    const [, source, line, column] = segment ?? []
    if (source === undefined || line === undefined || column === undefined) return
    const ofLine = this.mappings.at(-1)!
    const [, lastSource, lastLine] = ofLine.at(-1) ?? []
    if (lastSource === source && lastLine === line) return
    ofLine.push([this.lines.at(-1)!.length, source, line, column])
  }
}

/** Next to these no blank is needed, whatever stands on the other side. */
const separators = new Set<ts.SyntaxKind>([
  ts.SyntaxKind.OpenBraceToken,
  ts.SyntaxKind.CloseBraceToken,
  ts.SyntaxKind.OpenParenToken,
  ts.SyntaxKind.CloseParenToken,
  ts.SyntaxKind.OpenBracketToken,
  ts.SyntaxKind.CloseBracketToken,
  ts.SyntaxKind.CommaToken,
  ts.SyntaxKind.ColonToken,
  ts.SyntaxKind.SemicolonToken,
  ts.SyntaxKind.EqualsToken,
  ts.SyntaxKind.EqualsGreaterThanToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
  ts.SyntaxKind.PlusEqualsToken,
  ts.SyntaxKind.MinusEqualsToken,
  ts.SyntaxKind.AsteriskToken,
  ts.SyntaxKind.StringLiteral,
  ts.SyntaxKind.NoSubstitutionTemplateLiteral,
  ts.SyntaxKind.TemplateHead,
])

function needsBlank(before: ts.Node, after: ts.Node): boolean {
  return !separators.has(before.kind) && !separators.has(after.kind)
}

/** What tells bundlers that a call, or every call of a function, may be left out when its result is not used. */
function annotationIn(trivia: string): string {
  if (trivia.includes('@__PURE__')) return '/*@__PURE__*/'
  return trivia.includes('@__NO_SIDE_EFFECTS__') ? '/*@__NO_SIDE_EFFECTS__*/' : ''
}
