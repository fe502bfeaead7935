import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const core = ['protocol', 'partitioner', 'accumulator', 'network', 'sender', 'producer']
const limitBytes = 3_020_000
const blockBytes = 4096

/**
 * The six packages that every producer needs, as they are after `npm install`. The bytes of their files are judged, which is
 * npm's unpacked size; what they take of a disk in whole blocks is told beside it. @returns a sentence with both.
 */
export function checkInstalledSize(folder) {
  const sizes = core.map((name) => [name, filesOf(join(folder, 'node_modules/@sluice', name))])
  const total = sum(sizes.flatMap(([, files]) => files))
  const blocks = sum(sizes.flatMap(([, files]) => files.map(wholeBlocks)))
  const each = sizes.map(([name, files]) => `${name} ${kB(sum(files))}`).join(', ')
  const text = `the six core packages unpack to ${kB(total)} of ${kB(limitBytes)}, ${kB(blocks)} in whole blocks of a disk: ${each}`
  if (total >= limitBytes) throw new Error(text)
  return text
}

/** The bytes of each file. */
function filesOf(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesOf(path) : [statSync(path).size]
  })
}

function sum(numbers) {
  return numbers.reduce((total, each) => total + each, 0)
}

function wholeBlocks(bytes) {
  return Math.ceil(bytes / blockBytes) * blockBytes
}

function kB(bytes) {
  return `${Math.round(bytes / 1000)} kB`
}
