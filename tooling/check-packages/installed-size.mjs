import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const core = ['protocol', 'partitioner', 'accumulator', 'network', 'sender', 'producer']
const limitBytes = 2_000_000
const blockBytes = 4096

/**
 * The six packages that every producer needs, as they are after `npm install`: whole blocks of a disk, so that many small
 * files count too. @returns a sentence with the size.
 */
export function checkInstalledSize(folder) {
  const sizes = core.map((name) => [name, bytesOnDisk(join(folder, 'node_modules/@sluice', name))])
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0)
  const each = sizes.map(([name, bytes]) => `${name} ${kB(bytes)}`).join(', ')
  const text = `the six core packages take ${kB(total)} of ${kB(limitBytes)} on disk: ${each}`
  if (total >= limitBytes) throw new Error(text)
  return text
}

function bytesOnDisk(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name)
    return sum + (entry.isDirectory() ? bytesOnDisk(path) : wholeBlocks(statSync(path).size))
  }, blockBytes)
}

function wholeBlocks(bytes) {
  return Math.ceil(bytes / blockBytes) * blockBytes
}

function kB(bytes) {
  return `${Math.round(bytes / 1000)} kB`
}
