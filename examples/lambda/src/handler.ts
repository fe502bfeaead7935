import process from 'node:process'
import { createProducer } from '@sluice/producer'
import type { SQSBatchItemFailure, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'

const { KAFKA = 'localhost:9092' } = process.env

/** Made with the environment, not in the handler: its connections live from call to call. */
const producer = createProducer({
  bootstrapServers: KAFKA,
  clientId: 'orders-function',
  logger: console,
  // A connection that has died in the freeze without a word is given up after this.
  requestTimeoutMs: 2_000,
  // Below the time-out of the function, so that a failure is told by the handler, not by the end of its time.
  deliveryTimeoutMs: 10_000,
})

/** Sends the messages of a queue to a topic. The queue gives those again that did not arrive. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const sends = Records.map(({ messageId, body }) =>
    producer.send({ topic: 'orders', key: messageId, value: body }),
  )
  // Nobody waits for this one, and its failure goes to the log.
  producer.enqueue({ topic: 'calls', value: JSON.stringify({ messages: Records.length }) })
  const outcomes = await Promise.allSettled(sends)
  // The environment is frozen when this returns: what is still under way then leaves at the next call, or never.
  await producer.flush()
  return { batchItemFailures: Records.flatMap((record, at) => failureOf(record, outcomes[at]!)) }
}

/** Also what can never be sent, such as a record that is too large, goes back: the queue has a place for dead letters. */
function failureOf(
  { messageId }: SQSRecord,
  outcome: PromiseSettledResult<unknown>,
): SQSBatchItemFailure[] {
  if (outcome.status === 'fulfilled') return []
  console.warn(`${messageId}: ${outcome.reason}`)
  return [{ itemIdentifier: messageId }]
}
