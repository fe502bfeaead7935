import { accessSync, constants, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { invalidOption } from '../../invalid.js'

/** How the files begin that the build makes of the code that is loaded late. */
const late = ['make-thread-sending-half', 'worker-text']

/**
 * Checks that the files of the sender's thread are there and can be read, where the package is as it was installed. A bundler
 * may have put its code anywhere else, so what is missing there shows only when it is loaded.
 *
 * @param self - the address of the running file; undefined where a bundler has lost it
 * @throws KafkaError INVALID_OPTION that names the file
 */
export function checkInstalledFiles(self: string | undefined): void {
  if (self === undefined || !/@sluice\/producer\/dist\/[^/]+$/.test(self)) return
  const folder = fileURLToPath(new URL('.', self))
  const extension = self.endsWith('.cjs') ? '.cjs' : '.js'
  let files: string[]
  try {
    files = readdirSync(folder)
  } catch {
    // A bundler has kept the address of the machine on which it ran.
    return
  }
  for (const begin of late) {
    const file = files.find((name) => name.startsWith(begin) && name.endsWith(extension))
    checkReadable(file === undefined ? undefined : join(folder, file), `${begin} in ${folder}`)
  }
}

function checkReadable(file: string | undefined, name: string): void {
  try {
    accessSync(file!, constants.R_OK)
  } catch {
    throw invalidOption(
      `senderThread: the file of ${name} is missing or cannot be read; install @sluice/producer again, or leave senderThread out`,
    )
  }
}
