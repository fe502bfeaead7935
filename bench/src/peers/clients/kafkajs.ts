import { createRequire } from 'node:module'
import { kafkajs } from '../../pipeline/clients/kafkajs.js'
import { measure } from './measure.js'

const { version } = createRequire(import.meta.url)('kafkajs/package.json') as { version: string }

await measure(`kafkajs ${version}`, ({ bootstrapServers, lz4 }) =>
  kafkajs(bootstrapServers.split(','), { lz4, idempotent: true }),
)
