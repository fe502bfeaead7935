import { parseArgs } from 'node:util'
import { append } from './append.js'
import { pipeline } from './pipeline.js'
import { protocol } from './protocol.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, bootstrap: { type: 'string' } },
})
const [command = 'pipeline'] = positionals

if (command === 'pipeline') await pipeline(Number(values.rounds), values.bootstrap)
else if (command === 'protocol') await protocol()
else if (command === 'append') await append()
else throw new Error(`there is no bench "${command}": pipeline or protocol`)
