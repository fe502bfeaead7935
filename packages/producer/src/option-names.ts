import { plainName, printable, unknownOption } from '@sluice/protocol'
import { invalidOption } from './invalid.js'

/** What other clients, and Kafka's own configuration, call an option, without case and punctuation. The first that fits counts. */
const foreign: readonly (readonly [RegExp, string])[] = [
  [/brokers?(list)?$|^(kafka)?(hosts?|servers?)$/, 'bootstrapServers'],
  [/^ssl|^security|certificate/, 'tls'],
  [/^sasl|^user(name)?$|^password$/, 'sasl'],
  [/^compression|^codec$/, 'compression'],
  [/partitioner/, 'partitioner'],
  [/^log(level|creator|cb)$/, 'logger'],
  [/idempotence$/, 'idempotent'],
  [/requiredacks$/, 'acks'],
  [/inflight/, 'maxInFlight'],
  [/^socketfactory$/, 'transport'],
  [/^socketconnection|^(connect(ion)?|authentication)timeout$/, 'connectionSetupTimeoutMs'],
  [/^(socket)?timeout$/, 'requestTimeoutMs'],
  [/^messagetimeout$/, 'deliveryTimeoutMs'],
  [/^topicmetadatarefresh/, 'metadataMaxAgeMs'],
  [/autocreate/, 'allowAutoTopicCreation'],
  [/^linger$|^queuebufferingmax$/, 'lingerMs'],
  [/^queuebuffering|^buffermemory$|^maxbufferedbytes$/, 'bufferBytes'],
  [/^batchsize$/, 'batchBytes'],
  [/^batchnummessages$|^maxbatchsize$/, 'batchRecords'],
  [/^maxrequestsize$|^messagemaxbytes$/, 'maxRequestBytes'],
  [/^dr(msg)?cb$|^deliveryreport$/, 'onDeliveryError'],
  [/^retrydelay$/, 'retryBackoffMs'],
  [/^(max|numberof|messagesendmax)?retr(y|ies)$/, 'deliveryTimeoutMs: it tries again until then'],
  [/^interceptor/, 'interceptors'],
  [/serializers?$/, 'keySerializer and valueSerializer'],
  [/^transaction(al)?timeout$/, 'transactionTimeoutMs'],
  [/^transaction/, 'transactionalId'],
]

/** Refuses a name that no option has, and says which has its meaning. @throws KafkaError INVALID_OPTION */
export function checkName(name: string, names: readonly string[]): void {
  if (names.includes(name)) return
  const plain = plainName(name)
  const other =
    names.find((one) => plainName(one) === plain) ??
    foreign.find(([pattern]) => pattern.test(plain))?.[1]
  if (other === undefined) throw unknownOption('unknown option', name, names)
  throw invalidOption(`unknown option ${printable(name, 60)}; here it is ${other}`)
}
