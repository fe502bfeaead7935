import { expect, test } from 'vitest'
import { ConnectionLog } from '../../src/connection/connection-log.js'
import { StatusLine } from '../../src/terminal/status-line.js'

function logTo(told: string[], isVerbose: boolean): ConnectionLog {
  return new ConnectionLog(new StatusLine({ stderr: { write: (text) => told.push(text) } }), {
    verbose: isVerbose,
  })
}

test('warnings are told once there is a connection, and then as they come, in the words of the command', () => {
  const told: string[] = []
  const log = logTo(told, false)
  log.warn('host:1 does not answer; look at bootstrapServers')
  log.info('connected to broker 0')
  expect(told).toEqual([])
  log.connected()
  log.error('broker 0 is gone\nsluice: all is well')
  expect(told).toEqual([
    'sluice: host:1 does not answer; look at --bootstrap-servers\n',
    'sluice: broker 0 is gone?sluice: all is well\n',
  ])
})

test('with --verbose everything is told at once', () => {
  const told: string[] = []
  const log = logTo(told, true)
  log.info('asks host:1')
  log.warn('host:1 does not answer')
  log.connected()
  expect(told).toEqual(['sluice: asks host:1\n', 'sluice: host:1 does not answer\n'])
})
