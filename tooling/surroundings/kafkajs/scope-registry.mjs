import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename } from 'node:path'

const published = '2020-01-01T00:00:00.000Z'

/**
 * Serves tarballs as a registry of npm serves published packages, to every package manager of this machine. It holds one scope: all other
 * packages come from where they always come from.
 *
 * @param packed - what `packAll` has given
 * @returns its URL, and how to end it
 */
export async function serveScope(packed) {
  const byName = new Map(packed.map((entry) => [entry.manifest.name, entry]))
  const byFile = new Map(packed.map(({ tarball }) => [`/${basename(tarball)}`, tarball]))
  let url = ''
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url)
    const file = byFile.get(path)
    const entry = byName.get(path.slice(1))
    if (file !== undefined) return response.end(readFileSync(file))
    response.statusCode = entry === undefined ? 404 : 200
    response.setHeader('content-type', 'application/json')
    return response.end(JSON.stringify(entry === undefined ? {} : documentOf(entry, url)))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${server.address().port}`
  return { url, close: () => server.close() }
}

function documentOf({ manifest: { folder: _folder, ...manifest }, tarball }, url) {
  const bytes = readFileSync(tarball)
  const hash = (algorithm, encoding) => createHash(algorithm).update(bytes).digest(encoding)
  const { name, version } = manifest
  const dist = {
    tarball: `${url}/${basename(tarball)}`,
    shasum: hash('sha1', 'hex'),
    integrity: `sha512-${hash('sha512', 'base64')}`,
  }
  return {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist } },
    time: { [version]: published, created: published, modified: published },
  }
}
