import { parseArgs } from 'node:util'
import { append } from './append/append.js'
import { encode } from './encode/encode.js'
import { metadata } from './metadata/metadata.js'
import { joinBrokers, startEmbedded, startRealKafka } from './pipeline/brokers.js'
import { pipeline } from './pipeline/pipeline.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '3' },
    bootstrap: { type: 'string' },
    kafka: { type: 'boolean', default: false },
  },
})
const [command = 'pipeline'] = positionals

if (command === 'pipeline') {
  const { bootstrap, kafka, rounds } = values
  await using brokers =
    bootstrap !== undefined
      ? joinBrokers(bootstrap)
      : await (kafka ? startRealKafka() : startEmbedded())
  await pipeline(Number(rounds), brokers)
} else if (command === 'append') await append()
else if (command === 'encode') await encode()
else if (command === 'metadata') await metadata()
else throw new Error(`there is no bench "${command}": pipeline, append, encode or metadata`)
