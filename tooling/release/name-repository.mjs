import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { publicPackages } from '../check-packages/tarballs.mjs'

/*
 * Writes into each manifest where its source is, since npm takes a provenance only for the repository that the manifest names. The
 * workflow knows that address; a copy of the repository has another one. It runs before `changeset publish`, and is not committed.
 */

/** @param address - of the repository, without `.git` */
export function nameRepository(root, address) {
  for (const { folder } of publicPackages(root)) {
    const path = join(root, folder, 'package.json')
    const manifest = JSON.parse(readFileSync(path, 'utf8'))
    const repository = { type: 'git', url: `git+${address}.git`, directory: folder }
    const homepage = `${address}/tree/HEAD/${folder}#readme`
    const named = { ...manifest, homepage, bugs: `${address}/issues`, repository }
    writeFileSync(path, `${JSON.stringify(named, null, 2)}\n`)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env
  if (!server || !name)
    throw new Error('GITHUB_SERVER_URL and GITHUB_REPOSITORY say where the source is')
  nameRepository(process.cwd(), `${server}/${name}`)
}
