import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { esbuild } from './esbuild.js'
import { packedTextModule } from './packed-text.js'
import type { Plugin } from './version-alone.js'

const page = new URL('../../packages/inspector/page/', import.meta.url)

/** The parts of the style, in the order in which later rules win. */
const styles = ['base', 'overview', 'pipeline', 'queues', 'figures']

/** A file of the inspector's page, by its path. */
type PageEntry = [path: string, file: { readonly type: string; readonly text: string }]

/** The inspector's page: what the browser loads, made of the sources in `packages/inspector/page`. */
export async function buildInspectorPage(): Promise<PageEntry[]> {
  return [
    ['/', { type: 'text/html', text: textOf('index.html') }],
    ['/page.css', { type: 'text/css', text: styles.map(styleText).join('') }],
    ['/page.js', { type: 'text/javascript', text: await programText() }],
  ]
}

function textOf(name: string): string {
  return readFileSync(new URL(name, page), 'utf8')
}

function styleText(name: string): string {
  return textOf(`style/${name}.css`)
}

async function programText(): Promise<string> {
  const { outputFiles } = await esbuild().build({
    entryPoints: [fileURLToPath(new URL('main.ts', page))],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]!.text
}

/** Puts the files in the place of the module that would make them. */
export const inspectorPagePlugin: Plugin = {
  name: 'inspector-page',
  setup(build) {
    build.onLoad({ filter: /[\\/]inspector[\\/]src[\\/]page-files\.ts$/ }, async () => {
      const files = JSON.stringify(await buildInspectorPage())
      const contents = packedTextModule('loadPageFiles', files, 'new Map(JSON.parse(text))')
      return { contents, loader: 'js' }
    })
  },
}
