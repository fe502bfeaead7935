import process from 'node:process'
import { copy } from './copy.js'

const [bootstrapServers, from, to] = process.argv.slice(2)
if (bootstrapServers === undefined || from === undefined || to === undefined) {
  console.error('usage: main.ts <host:port> <topic to read> <topic to write>')
  process.exit(1)
}

const copying = await copy({
  bootstrapServers: bootstrapServers.split(','),
  from,
  to,
  groupId: 'exactly-once',
  // The same after a restart, and another one for each instance that runs at the same time.
  transactionalId: `exactly-once-${process.env['INSTANCE'] ?? '0'}`,
})
process.once('SIGTERM', () => void copying.stop())
process.once('SIGINT', () => void copying.stop())
