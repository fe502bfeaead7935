import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/**
 * Runs a compiler or the like to its end.
 *
 * @throws Error where it is missing, and where it fails, with the end of what it complained about
 */
export async function runTool(
  file: string,
  args: readonly string[],
  cwd?: string,
): Promise<string> {
  const options = { cwd, maxBuffer: 2 ** 28 }
  try {
    return (await promisify(execFile)(file, args, options)).stdout
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string }
    const missing = `it needs ${file}, which is not on PATH`
    const failed = `${file} failed: ${stderr.trim().slice(-400)}`
    throw new Error(code === 'ENOENT' ? missing : failed, { cause: error })
  }
}
