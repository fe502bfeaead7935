import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { isOnPath } from './command-path.js'
import { onProcessEnd } from './process-end.js'

/** Starts a process that does not outlive this one. */
export function spawnChild(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  const [file, ...rest] = boundToParent([command, ...args])
  const child = spawn(file, rest, options)
  const forget = onProcessEnd(() => child.kill('SIGKILL'))
  child.once('exit', forget)
  child.once('error', forget)
  return child
}

/** Settles when the process has ended, at once if it has already. */
export async function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise((resolve) => child.once('exit', resolve))
}

// A process that is killed outright runs no exit handler. On Linux the kernel then ends the child:
// setpriv (util-linux) asks for that and becomes the command, under the same process id.
function boundToParent(command: readonly [string, ...string[]]): readonly [string, ...string[]] {
  return isOnPath('setpriv') ? ['setpriv', '--pdeathsig', 'KILL', ...command] : command
}
