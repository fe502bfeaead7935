import process from 'node:process'
import type { LogEntry, logCreator, Logger, logLevel as Level } from 'kafkajs-original'
import { logLevel } from '../original/constants.js'

type Write = (entry: LogEntry) => void

const labels = ['ERROR', 'WARN', 'INFO', 'DEBUG'] as const

/** Makes the logger of a client. The level of the environment (`KAFKAJS_LOG_LEVEL`) goes before the one that is given. */
export function createLogger(level: Level, creator: logCreator): Logger {
  let current: Level = levelOf(level) ?? level
  const write: Write = creator(current)
  const setLogLevel = (next: Level): void => {
    current = next
  }
  // `namespace` of a logger has nothing of its parent but the level, and the first one has no namespace at all.
  const make = (namespace: string | undefined, own: Level | null): Logger => {
    const log = (label: (typeof labels)[number]) => {
      return (message: string, extra: object = {}): void => {
        if (logLevel[label] > (own ?? current)) return
        const base = { timestamp: new Date().toISOString(), logger: 'kafkajs', message }
        const entry = { namespace, level: logLevel[label], label, log: { ...base, ...extra } }
        write(entry as LogEntry)
      }
    }
    return {
      info: log('INFO'),
      error: log('ERROR'),
      warn: log('WARN'),
      debug: log('DEBUG'),
      namespace: (name, ofName) => make(name, levelOf(ofName ?? null)),
      setLogLevel,
    }
  }
  return make(undefined, null)
}

function levelOf<Given extends Level | null>(given: Given): Level | Given {
  const name = (process.env['KAFKAJS_LOG_LEVEL'] ?? '').toUpperCase()
  const levels: Readonly<Record<string, Level | string | undefined>> = { ...logLevel }
  const found = levels[name]
  return typeof found === 'number' ? found : given
}
