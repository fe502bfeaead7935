import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { runCommand } from './command.js'
import { moveUnlessThere } from './fetch-kafka.js'

/**
 * Compiles a Java source file against Kafka's jars, once, and keeps the classes beside the jars: Java needs ten times as long
 * to start a source file as it needs to start a class.
 *
 * @returns the folder with the classes
 */
export async function compiledProgram(libs: string, source: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(source))
    .digest('hex')
    .slice(0, 8)
  const home = join(dirname(libs), `${basename(source, '.java')}-${digest}`)
  if (existsSync(home)) return home
  const folder = await mkdtemp(`${home}.part-`)
  try {
    await compileJava(libs, [source], folder)
    await moveUnlessThere(folder, home)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return home
}

/** Compiles Java source files against Kafka's jars into a folder. */
export async function compileJava(
  libs: string,
  sources: readonly string[],
  folder: string,
): Promise<void> {
  await runCommand('javac', ['-cp', join(libs, '*'), '-d', folder, ...sources])
}
