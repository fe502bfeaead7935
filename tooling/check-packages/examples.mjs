import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compilerConfig, runTsc } from './consumer.mjs'
import { runNode } from './run.mjs'

/*
 * A code block of a README is run when an HTML comment, which readers do not see, precedes it:
 *
 *     <!-- run: broker -->
 *     ```ts
 *
 * `localhost:9092` in it becomes the address of an embedded cluster; a block that needs none says
 * `<!-- run -->`. What a block relies on, and its page shows elsewhere, stands in the lines of the comment:
 *
 *     <!-- run: broker
 *     import { createProducer } from '@sluice/producer'
 *     -->
 *
 * `ts` is type-checked against the tarballs first. A block with require is CommonJS, else it is an ES
 * module. It must end by itself, with exit code 0. `tooling/test/code-blocks.test.ts` finds blocks without a comment.
 */
const block = /<!-- run(?:: broker)?(?:\n([\s\S]*?)| )-->\s*\n```(\w+)\n([\s\S]*?)\n```/g
const marker = /<!--\s*run\b/g

/** @returns the runnable examples of one Markdown file. */
export function examplesOf(root, file) {
  const path = join(root, file)
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  const found = [...text.matchAll(block)].map(([, before = '', language, code], index) => ({
    name: `${file} example ${index + 1}`,
    language,
    code: before + code,
  }))
  if (found.length !== (text.match(marker) ?? []).length) {
    throw new Error(
      `${file}: "<!-- run -->" or "<!-- run: broker -->" must stand alone before a code block`,
    )
  }
  const odd = found.find(({ language }) => language !== 'js' && language !== 'ts')
  if (odd) throw new Error(`${odd.name}: js and ts can be run, ${odd.language} cannot`)
  return found
}

/** Writes the examples where the tarballs are installed. @returns them with the program to run. */
export function writeExamples(folder, examples, address) {
  mkdirSync(join(folder, 'examples'))
  return examples.map((example, index) => {
    const kind = /\brequire\(/.test(example.code) ? 'c' : 'm'
    const name = `example-${index + 1}`
    const source = `${name}.${kind}${example.language}`
    writeFileSync(
      join(folder, 'examples', source),
      example.code.replaceAll('localhost:9092', address),
    )
    const compiled = example.language === 'ts' ? 'out/' : ''
    return { ...example, source, program: join(folder, 'examples', `${compiled}${name}.${kind}js`) }
  })
}

/** Compiles all TypeScript examples in one go. @returns what the compiler says, a line each. */
export async function compileExamples(root, folder) {
  const options = { module: 'node16', moduleResolution: 'node16', outDir: 'out' }
  const config = compilerConfig(root, options, ['*.mts', '*.cts'])
  writeFileSync(join(folder, 'examples/tsconfig.json'), JSON.stringify(config))
  const complaints = await runTsc(join(folder, 'examples')).catch((error) => error.message)
  return complaints.split('\n')
}

export async function runExample(folder, { source, program }, complaints) {
  const own = complaints.filter((line) => line.includes(source))
  if (own.length > 0) throw new Error(own.join('\n'))
  await runNode([program], { cwd: folder, timeoutMs: 60_000 })
}
