import { parseArgs } from 'node:util'
import { append } from './append/append.js'
import { compare } from './compare/compare.js'
import { defaults } from './defaults/defaults.js'
import { encode } from './encode/encode.js'
import { formats } from './formats/formats.js'
import { instructions } from './instructions/instructions.js'
import { kafkajsFaults } from './kafkajs/faults/fault-table.js'
import { kafkajs } from './kafkajs/kafkajs.js'
import { metadata } from './metadata/metadata.js'
import { peersOptions } from './peers/options.js'
import { peers } from './peers/peers.js'
import { type Brokers, joinBrokers, startEmbedded, startRealKafka } from './pipeline/brokers.js'
import { pipeline } from './pipeline/pipeline.js'
import { service } from './service/service.js'
import { transactions } from './transactions/transactions.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    bootstrap: { type: 'string' },
    kafka: { type: 'boolean', default: false },
    with: { type: 'string' },
    level: { type: 'string', default: '2' },
    only: { type: 'string' },
    clients: { type: 'string' },
    against: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
})
const [command = 'pipeline'] = positionals
const rounds = Number(values.rounds ?? (command === 'transactions' ? 5 : 3))

if (command === 'pipeline') {
  await using brokers = await brokersToUse()
  await pipeline(rounds, brokers)
} else if (command === 'compare') {
  if (values.with === undefined) throw new Error('give the other checkout: --with FOLDER')
  await using brokers = await brokersToUse()
  await compare(values.with, rounds, brokers)
} else if (command === 'formats') {
  await using brokers = await brokersToUse()
  await formats(rounds, brokers)
} else if (command === 'kafkajs') {
  await using brokers = await brokersToUse()
  await kafkajs(rounds, brokers)
} else if (command === 'kafkajs-faults') await kafkajsFaults()
else if (command === 'append') await append()
else if (command === 'encode') await encode()
else if (command === 'instructions') await instructions(values.against, values.only)
else if (command === 'metadata') await metadata()
else if (command === 'service') await service()
else if (command === 'transactions')
  await transactions({ rounds, level: Number(values.level), quick: values.quick })
else if (command === 'peers') await peers(peersOptions(values))
else if (command === 'defaults') await defaults(peersOptions(values))
else
  throw new Error(
    `there is no bench "${command}": pipeline, compare, formats, kafkajs, kafkajs-faults, append, encode, instructions, metadata, service, transactions, peers or defaults`,
  )

async function brokersToUse(): Promise<Brokers> {
  const { bootstrap, kafka } = values
  if (bootstrap !== undefined) return joinBrokers(bootstrap)
  return kafka ? startRealKafka() : startEmbedded()
}
