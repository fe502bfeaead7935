import ts from 'typescript'
import { tokensOf } from './tokens.js'

/** TypeScript without the text of its comments; all code stays on its line and in its column. */
export function blankComments(code: string): string {
  const file = ts.createSourceFile('source.ts', code, ts.ScriptTarget.Latest)
  const pieces = tokensOf(file, file).map((token) => {
    const start = token.getStart(file)
    return blanked(code.slice(token.pos, start)) + code.slice(start, token.end)
  })
  return pieces.join('')
}

function blanked(between: string): string {
  return between
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, (comment) => comment.replaceAll(/./g, ' '))
    .replaceAll(/ +$/gm, (blanks, at: number, { length }) =>
      at + blanks.length === length ? blanks : '',
    )
}
