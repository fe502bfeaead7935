import { connect } from 'node:net'
import * as dropIn from '@sluice/kafkajs'
import type { FaultProxy } from '@sluice/test-fault-proxy'
import kafkajs, { type ISocketFactory, type Producer } from 'kafkajs'

/** Whom the faults meet. A service has changed nothing for the second but the name of the package, and one option for the third. */
export const clients = {
  kafkajs: { Kafka: kafkajs.Kafka, options: {} },
  'the drop-in': { Kafka: dropIn.Kafka, options: {} },
  'kafkajs, `idempotent: true`': { Kafka: kafkajs.Kafka, options: { idempotent: true } },
} as const

export type ClientName = keyof typeof clients

/** A producer that reaches each broker through its proxy. The caller gives it the same patience whoever it is. */
export function producerOf(name: ClientName, proxies: ReadonlyMap<string, FaultProxy>): Producer {
  const { Kafka, options } = clients[name]
  const kafka = new Kafka({
    brokers: [...proxies.keys()],
    logLevel: dropIn.logLevel.NOTHING,
    socketFactory: through(proxies),
    requestTimeout: 10_000,
    retry: { retries: 30, initialRetryTime: 100, maxRetryTime: 1_000 },
  })
  const { DefaultPartitioner: createPartitioner } = dropIn.Partitioners
  return kafka.producer({ createPartitioner, ...options })
}

function through(proxies: ReadonlyMap<string, FaultProxy>): ISocketFactory {
  return ({ host, port, onConnect }) => {
    const proxy = proxies.get(`${host}:${port}`)
    const socket = connect(proxy === undefined ? { host, port } : { host, port: proxy.port })
    return socket.on('connect', onConnect)
  }
}
