import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

const install: Record<string, string> = {
  java: 'a JDK 17 or newer (Debian: apt-get install openjdk-17-jdk-headless)',
  mvn: 'Apache Maven 3.6 or newer (Debian: apt-get install maven)',
  kcat: 'kcat (Debian: apt-get install kcat; macOS: brew install kcat)',
}

/** Throws, saying what to install, if the command is missing. */
export function requireCommand(command: string): void {
  if (isOnPath(command)) return
  const hint = install[command] ?? command
  throw new Error(
    `The Kafka tests need the command "${command}", which is not on PATH: install ${hint}.`,
  )
}

/** Whether the command can be run. */
export function isOnPath(command: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.some((folder) => isExecutable(join(folder, command)))
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
