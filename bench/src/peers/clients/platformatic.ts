import { versionOfPeer } from '../../installed.js'
import { platformatic } from '../../pipeline/clients/platformatic.js'
import { measure } from './measure.js'

await measure(
  `@platformatic/kafka ${versionOfPeer('@platformatic/kafka')}`,
  async ({ bootstrapServers, lz4 }) => {
    const client = await platformatic(bootstrapServers.split(','), { lz4, idempotent: true })
    if (client === null) throw new Error('@platformatic/kafka is not installed')
    return client
  },
)
