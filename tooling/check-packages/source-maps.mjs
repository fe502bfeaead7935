import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runNode } from './run.mjs'

/**
 * The source maps of an installed package hold each source once. A debugger shows it from there, with its lines where
 * they are in the repository; only comments are left out.
 */
export function checkSourceMaps(root, folder, packageFolder, name) {
  const dist = join(folder, 'node_modules', name, 'dist')
  const maps = readdirSync(dist)
    .filter((file) => file.endsWith('.map'))
    .map((file) => JSON.parse(readFileSync(join(dist, file), 'utf8')))
  const held = maps.flatMap(({ sources, sourcesContent }) =>
    sources.map((source, index) => ({ source, text: sourcesContent[index] })),
  )
  const problems = held.flatMap(({ source, text }) => {
    if (held.filter((one) => one.source === source).length > 1) return `${source} is there twice`
    const lines = linesOf(root, packageFolder, source)
    const same = text
      .split('\n')
      .every((line, index) => line === '' || isPartOf(line, lines[index]))
    return same ? [] : `${source} is not the source of that name`
  })
  if (held.length === 0) problems.push('they hold no source')
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

function linesOf(root, packageFolder, source) {
  return readFileSync(join(root, packageFolder, 'dist', source), 'utf8').split('\n')
}

/** Whether a line is the code of another one that may have comments, too. */
function isPartOf(line, whole) {
  return (
    whole !== undefined &&
    line
      .trim()
      .split(/\s{2,}/)
      .every((part) => whole.includes(part))
  )
}

/** What `node --enable-source-maps` prints of an error leads to the place in the source that made it. */
export async function checkStackTrace(root, folder, format) {
  const load =
    format === 'esm'
      ? `await import('@sluice/producer')`
      : `createRequire(import.meta.url)('@sluice/producer')`
  const script = `
    import { createRequire } from 'node:module'
    const { createProducer } = ${load}
    try {
      createProducer({ bootstrapServers: 'localhost:9092', acks: 5 })
    } catch (error) {
      console.log(error.stack)
    }`
  const stack = await runNode(['--enable-source-maps', '--input-type=module', '--eval', script], {
    cwd: folder,
    timeoutMs: 30_000,
  })
  const frames = [...stack.matchAll(/@sluice\/([a-z-]+\/[^:)]+):(\d+):\d+/g)]
  const places = frames.map(([, file, line]) => ({ file, line: Number(line) }))
  const compiled = places.filter(({ file }) => !/^[a-z-]+\/src\/.+\.ts$/.test(file))
  if (places.length === 0 || compiled.length > 0) throw new Error(`not TypeScript:\n${stack}`)
  const [{ file, line }] = places
  const text = readFileSync(join(root, 'packages', file), 'utf8').split('\n')[line - 1]
  if (!text.includes('new KafkaError(')) throw new Error(`${file}:${line} is ${text}\n${stack}`)
}
