import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface ProxyProcess {
  /** With the credentials that it wants. */
  readonly url: string
  readonly port: number
  stop(): Promise<void>
}

export async function startProxy(): Promise<ProxyProcess> {
  const file = fileURLToPath(new URL('fixtures/proxy.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import=tsx', file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {
    url: `http://orders:${encodeURIComponent('s3cret:/')}@127.0.0.1:${line}`,
    port: Number(line),
    async stop() {
      const exit = once(child, 'exit')
      child.stdin.end()
      await exit
    },
  }
}
