import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that is gone at the end of its scope, and at the end of the process where a signal ends that before. */
export function temporaryFolder(prefix: string): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), prefix))
  const remove = (): void => {
    rmSync(path, { recursive: true, force: true })
    process.off('exit', remove)
  }
  process.on('exit', remove)
  return { path, [Symbol.dispose]: remove }
}
