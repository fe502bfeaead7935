import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A folder that is gone at the end of its scope, and at the end of the process where a signal ends that before.
 *
 * @param leave - called first with the path, where something else must let go of the folder
 */
export function temporaryFolder(
  prefix: string,
  leave: (path: string) => void = () => {},
): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), prefix))
  const remove = (): void => {
    leave(path)
    rmSync(path, { recursive: true, force: true })
    process.off('exit', remove)
  }
  process.on('exit', remove)
  return { path, [Symbol.dispose]: remove }
}
