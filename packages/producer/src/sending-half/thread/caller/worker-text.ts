/*
 * The published package holds the text itself in place of this module: `tooling/build/worker-text.ts` makes it, there and here.
 */

/** The program of the sender's thread as one CommonJS text, which needs no file and no loader. */
export function workerText(): Promise<string> {
  made ??= make()
  return made
}

let made: Promise<string> | undefined

async function make(): Promise<string> {
  const tooling = new URL('../../../../../../tooling/build/worker-text.ts', import.meta.url)
  const { buildWorkerText } = (await import(tooling.href)) as {
    buildWorkerText(): Promise<string>
  }
  return buildWorkerText()
}
