// A cluster in a process of its own, which can be stopped as a whole. It tells its parent the addresses, and ends with it.
import { createEmbeddedCluster } from '@sluice/embedded-broker'

const cluster = await createEmbeddedCluster({ brokers: 3, topics: { orders: { partitions: 12 } } })
process.send!(cluster.bootstrapServers)
process.once('disconnect', () => process.exit())
