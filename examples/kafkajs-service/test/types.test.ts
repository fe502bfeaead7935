import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))
const { ModuleKind, ModuleResolutionKind } = ts

const ways: [name: string, options: ts.CompilerOptions][] = [
  [
    'commonjs, node10',
    { module: ModuleKind.CommonJS, moduleResolution: ModuleResolutionKind.Node10 },
  ],
  ['node16', { module: ModuleKind.Node16, moduleResolution: ModuleResolutionKind.Node16 }],
  ['bundler', { module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Bundler }],
]

/** What the compiler says of programs that are written for kafkajs, with the types that are published under the alias. */
function complaints(options: ts.CompilerOptions): string[] {
  const files = ['src/orders.ts', 'test/usage.ts'].map((file) => folder + file)
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    ignoreDeprecations: '6.0',
    types: ['node'],
    ...options,
  })
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
}

test.each(ways)('a program for kafkajs compiles with the alias: %s, strict', (_, options) => {
  expect(complaints(options)).toEqual([])
})
