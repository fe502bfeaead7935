import type { Message, TopicMessages } from 'kafkajs-original'
import { KafkaJSNonRetriableError } from '../original/errors.js'

const weakAcks =
  "Not requiring ack for all messages invalidates the idempotent producer's EoS guarantees"

/**
 * Checks what a call was given, in the order and with the words of kafkajs.
 *
 * @throws KafkaJSNonRetriableError
 */
export function checkBatch(
  topicMessages: readonly TopicMessages[],
  acks: number,
  isIdempotent: boolean,
): void {
  for (const { topic } of topicMessages)
    if (!topic) throw new KafkaJSNonRetriableError('Invalid topic')
  if (isIdempotent && acks !== -1) throw new KafkaJSNonRetriableError(weakAcks)
  for (const { topic, messages } of topicMessages) checkMessages(topic, messages)
}

function checkMessages(topic: string, messages: readonly Message[] | null | undefined): void {
  if (!messages)
    throw new KafkaJSNonRetriableError(`Invalid messages array [${messages}] for topic "${topic}"`)
  const wrong = messages.find((message) => message.value === undefined)
  if (wrong === undefined) return
  throw new KafkaJSNonRetriableError(
    `Invalid message without value for topic "${topic}": ${JSON.stringify(wrong)}`,
  )
}
