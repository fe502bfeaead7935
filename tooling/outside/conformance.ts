import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { transportConformance } from '@sluice/network/testing'
import { partitionerConformance } from '@sluice/partitioner/testing'
import { codecConformance } from '@sluice/protocol/testing'
import { fastGzip } from './codec.js'
import { firstBytePartitioner } from './partitioner.js'
import { countingTransport } from './transport.js'

/* The conformance test of each plug-in is one call. check-packages runs them under node:test, in both formats. */

partitionerConformance(test, () => firstBytePartitioner())

codecConformance(test, () => fastGzip())

transportConformance(test, () => ({
  transport: countingTransport(),
  async listen(accept) {
    const server = createServer(accept).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    return { host: '127.0.0.1', port, close: () => void server.close() }
  },
}))
