import { KafkaError, printable } from '@sluice/protocol'

/** With `onTopicRecreated: 'fail'`, records for the topic before this one fail. */
export function topicRecreated(topic: string): KafkaError {
  return recreated(
    topic,
    "; with onTopicRecreated: 'fail' only what is sent from now on goes to the new one",
  )
}

/** The new topic has fewer partitions than the one before. */
export function partitionsGone(topic: string, left: number): KafkaError {
  return recreated(topic, ` with ${left} partitions: this record's is gone; send it again`)
}

/** Either the topic was not created again, or it is gone and one broker has not heard of that. */
export function topicReturned(topic: string): KafkaError {
  return recreated(
    topic,
    ', said a broker, and another one says that it was not: look whether the record is there before you send it again',
  )
}

function recreated(topic: string, more: string): KafkaError {
  const detail = `topic ${printable(topic)} was deleted and created again${more}`
  return new KafkaError('TOPIC_RECREATED', detail, { topic })
}
