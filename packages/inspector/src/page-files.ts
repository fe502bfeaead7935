/*
 * The published package holds the files themselves in place of this module: `tooling/build/inspector-page.ts` makes them, there and here.
 */

/** A file of the page. */
export interface PageFile {
  readonly type: string
  readonly text: string
}

/** The files of the page by their paths. They need no file system and no network. */
export async function loadPageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const tooling = new URL('../../../tooling/build/inspector-page.ts', import.meta.url)
  const { buildInspectorPage } = (await import(tooling.href)) as {
    buildInspectorPage(): Promise<[path: string, file: PageFile][]>
  }
  return new Map(await buildInspectorPage())
}
