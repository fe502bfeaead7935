import { Console } from 'node:console'
import { PassThrough, type Writable } from 'node:stream'
import { createEmbeddedCluster } from '@sluice/embedded-broker'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import winston from 'winston'
import { createProducer, type Logger } from '../src/index.js'
import { threadMode } from './sender-thread-mode.js'

interface Written {
  readonly level: string
  readonly message: string
}

/** A logger of a library as it is, and what it has written. */
interface LibraryLogger {
  readonly logger: Logger
  written(): Written[]
}

function text(): { stream: Writable; lines: () => string[] } {
  const stream = new PassThrough()
  let all = ''
  stream.on('data', (chunk) => (all += String(chunk)))
  return { stream, lines: () => all.split('\n').filter((line) => line !== '') }
}

const libraries: Record<string, () => LibraryLogger> = {
  pino() {
    const { stream, lines } = text()
    const names: Record<number, string> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' }
    return {
      logger: pino({ level: 'debug' }, stream),
      written: () =>
        lines().map((line) => {
          const { level, msg }: { level: number; msg: string } = JSON.parse(line)
          return { level: names[level]!, message: msg }
        }),
    }
  },
  'a child of pino'() {
    const { stream, lines } = text()
    return {
      logger: pino(stream).child({ component: 'kafka' }),
      written: () =>
        lines().map((line) => {
          const { component, msg }: { component: string; msg: string } = JSON.parse(line)
          expect(component).toBe('kafka')
          return { level: 'error', message: msg }
        }),
    }
  },
  winston() {
    const { stream, lines } = text()
    const transports = [new winston.transports.Stream({ stream })]
    return {
      logger: winston.createLogger({ level: 'debug', transports }),
      written: () => lines().map((line): Written => JSON.parse(line)),
    }
  },
  console() {
    const { stream: out, lines } = text()
    const { stream: error, lines: errors } = text()
    const written = (level: string) => (message: string) => ({ level, message })
    return {
      logger: new Console(out, error),
      written: () => [...lines().map(written('info')), ...errors().map(written('error'))],
    }
  },
}

describe.each(Object.entries(libraries))('%s as it is', (_, open) => {
  test('is a logger, and gets the lines with their levels', async () => {
    const { logger, written } = open()
    await using cluster = await createEmbeddedCluster({ topics: { t: { partitions: 1 } } })
    await using producer = createProducer({
      ...threadMode,
      bootstrapServers: cluster.bootstrapServers,
      maxRequestBytes: 2_000,
      batchBytes: 1_024,
      logger,
    })
    producer.enqueue({ topic: 't', value: 'x'.repeat(3_000) })
    await producer.send({ topic: 't', value: 'a' })
    await producer.flush()
    // The line comes at the end of the turn, and libraries write it in a later one.
    while (!written().some(({ level }) => level === 'error'))
      await new Promise((resolve) => setImmediate(resolve))
    const errors = written().filter(({ level }) => level === 'error')
    expect(errors).toEqual([
      {
        level: 'error',
        message: expect.stringMatching(/^1 record was not delivered.*RECORD_TOO_LARGE/),
      },
    ])
  })
})
