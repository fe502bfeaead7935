import type { logCreator } from 'kafkajs-original'
import { logLevel } from '../original/constants.js'

const methods = {
  [logLevel.INFO]: 'info',
  [logLevel.ERROR]: 'error',
  [logLevel.WARN]: 'warn',
  [logLevel.DEBUG]: 'log',
} as const

/** Writes each entry as one line of JSON to the console, as the default of kafkajs does. */
export const consoleCreator: logCreator = () => (entry) => {
  const { namespace, level, label, log } = entry
  const prefix = namespace ? `[${namespace}] ` : ''
  const line = JSON.stringify({ level: label, ...log, message: `${prefix}${log.message}` })
  const method = level === logLevel.NOTHING ? undefined : methods[level]
  // The console of the realm: a test runner may have put its own in the place of Node's.
  // oxlint-disable-next-line no-console
  if (method !== undefined) console[method](line)
}
