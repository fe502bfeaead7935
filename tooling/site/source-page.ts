import { readFileSync, readdirSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'

const shown = new Set(['.ts', '.js', '.mjs', '.cjs', '.json', '.proto', '.avsc'])

/** A page that shows a source file, or all sources of an example's folder, as they are. */
export function sourcePage(root: string, path: string): string {
  const files = statSync(join(root, path)).isDirectory() ? sourcesIn(root, path) : [path]
  const blocks = files.map((file) => {
    const language = extname(file).slice(1)
    return `## ${file.slice(path.length + 1) || basename(file)}\n\n\`\`\`\`${language}\n${readFileSync(join(root, file), 'utf8').trimEnd()}\n\`\`\`\`\n`
  })
  return [
    '---\noutline: 2\neditLink: false\n---',
    `# ${basename(path)}`,
    `\`${path}\` of the repository.`,
    ...blocks,
  ].join('\n\n')
}

function sourcesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && shown.has(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((file) => !/\/(node_modules|dist)\//.test(file))
    .toSorted((a, b) => Number(a.includes('/test/')) - Number(b.includes('/test/')))
}
