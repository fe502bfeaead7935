import { parseArgs } from 'node:util'
import { append } from './append.js'
import { encode } from './encode/encode.js'
import { metadata } from './metadata.js'
import { pipeline } from './pipeline.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, bootstrap: { type: 'string' } },
})
const [command = 'pipeline'] = positionals

if (command === 'pipeline') await pipeline(Number(values.rounds), values.bootstrap)
else if (command === 'append') await append()
else if (command === 'encode') await encode()
else if (command === 'metadata') await metadata()
else throw new Error(`there is no bench "${command}": pipeline, append, encode or metadata`)
