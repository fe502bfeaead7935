import { Kafka } from '@sluice/kafkajs'
import kafkajs, { type LogEntry, logLevel } from 'kafkajs-original'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => vi.unstubAllEnvs())

const clients = { kafkajs: kafkajs.Kafka, ours: Kafka }

/** What both clients log, but for the time. */
function logged(level: logLevel, play: (kafka: Kafka) => void): unknown[] {
  return Object.values(clients).map((Client) => {
    const entries: LogEntry[] = []
    const levels: logLevel[] = []
    const logCreator = (given: logLevel) => {
      levels.push(given)
      return (entry: LogEntry): void => void entries.push(entry)
    }
    play(new Client({ brokers: [], logLevel: level, logCreator }) as Kafka)
    return { levels, entries: entries.map(({ log, ...entry }) => ({ ...entry, log: plain(log) })) }
  })
}

function plain({ timestamp, ...log }: LogEntry['log']): object {
  expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  return log
}

function everything(kafka: Kafka): void {
  const root = kafka.logger()
  for (const logger of [root, root.namespace('Mine'), root.namespace('Loud', logLevel.DEBUG)])
    for (const name of ['error', 'warn', 'info', 'debug'] as const)
      logger[name](`a ${name}`, { extra: 1 })
  root.setLogLevel(logLevel.NOTHING)
  root.error('silent')
}

test.each([logLevel.NOTHING, logLevel.ERROR, logLevel.WARN, logLevel.INFO, logLevel.DEBUG])(
  'the entries of level %i are those of kafkajs',
  (level) => {
    const [expected, found] = logged(level, everything)
    expect(found).toEqual(expected)
  },
)

test('the level of the environment goes before that of the client', () => {
  vi.stubEnv('KAFKAJS_LOG_LEVEL', 'warn')
  const [expected, found] = logged(logLevel.DEBUG, everything)
  expect(found).toEqual(expected)
})

test('the partitioner is warned of once in a process, and not at all where the environment says so', async () => {
  vi.resetModules()
  const fresh = await import('@sluice/kafkajs')
  const messages: string[] = []
  const kafka = new fresh.Kafka({
    brokers: [],
    logCreator:
      () =>
      ({ log }) =>
        void messages.push(log.message),
  })
  kafka.producer({ createPartitioner: fresh.Partitioners.DefaultPartitioner })
  expect(messages).toEqual([])
  kafka.producer()
  kafka.producer()
  expect(messages).toEqual([expect.stringMatching(/^KafkaJS v2\.0\.0 switched default/)])
})

test('without a creator an entry is a line of JSON on the console', () => {
  const info = vi.spyOn(console, 'info').mockImplementation(() => {})
  new Kafka({ brokers: [] }).logger().namespace('Mine').info('a line', { extra: 1 })
  expect(JSON.parse(String(info.mock.calls[0]![0]))).toMatchObject({
    level: 'INFO',
    logger: 'kafkajs',
    message: '[Mine] a line',
    extra: 1,
  })
  info.mockRestore()
})
