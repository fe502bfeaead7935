import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Sluice from '@sluice/producer'
import { sluice } from '../pipeline/clients/sluice.js'
import { type LoadName, measuredLoads, warmUpShares } from './measured-loads.js'

const [checkout, name, bootstrapServers] = process.argv.slice(2) as [string, LoadName, string]
const producer = join(checkout, 'packages/producer/src/index.ts')
const { createProducer } = (await import(pathToFileURL(producer).href)) as typeof Sluice
const client = sluice(bootstrapServers.split(','), createProducer)
const load = measuredLoads[name]
// V8 compiles functions of the hot path until about a million records have been sent. They are not measured.
await load(client, warmUpShares[name])
console.log(JSON.stringify(await load(client, 1)))
await client.close()
