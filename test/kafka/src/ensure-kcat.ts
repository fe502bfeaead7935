import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isOnPath, requireCommand } from './command-path.js'
import { runCommand } from './command.js'

const install =
  'command -v kcat || { apt-get update; DEBIAN_FRONTEND=noninteractive apt-get install -y ' +
  '--no-install-recommends -o DPkg::Lock::Timeout=120 kcat; }'

/** Makes sure of kcat: on a Debian, as root, it is installed if missing. */
export async function ensureKcat(): Promise<void> {
  const canInstall = isOnPath('apt-get') && process.getuid?.() === 0
  if (!isOnPath('kcat') && canInstall) await installKcat()
  requireCommand('kcat')
}

// Test files run at the same time and take turns here: apt-get fails beside another one.
async function installKcat(): Promise<void> {
  await runCommand('flock', [join(tmpdir(), 'sluice-kcat.lock'), 'sh', '-c', install])
}
