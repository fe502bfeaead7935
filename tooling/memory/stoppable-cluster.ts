import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** Brokers that can fall silent: their connections stay open, and the brokers neither read nor answer. */
export interface StoppableCluster {
  readonly bootstrapServers: string[]
  stop(): void
  goOn(): void
  end(): void
}

export async function startCluster(): Promise<StoppableCluster> {
  const child = fork(fileURLToPath(new URL('cluster.ts', import.meta.url)))
  // SIGKILL ends a stopped process too.
  const end = (): void => void child.kill('SIGKILL')
  process.once('exit', end)
  const [bootstrapServers] = (await once(child, 'message')) as [string[]]
  child.unref()
  child.channel?.unref()
  return {
    bootstrapServers,
    stop: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    end,
  }
}
