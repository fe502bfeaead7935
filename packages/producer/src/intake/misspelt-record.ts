import { type KafkaError, nearestName, plainName, printable } from '@sluice/protocol'
import { invalidArgument } from '../invalid.js'

const manyMessages =
  'a record has no messages; give one record, { topic, key, value }, or sendMany(messages.map((message) => ({ topic, ...message })))'

/** The error of a record without a topic or a value. It names the field that was probably meant for it, never contents. */
export function misspelt(record: object): KafkaError {
  if (Array.isArray(record))
    return invalidArgument('send takes one record; give the array to sendMany')
  if ('messages' in record) return invalidArgument(manyMessages)
  const { topic } = record as { topic?: unknown }
  const [missing, advice] =
    topic === undefined
      ? ['topic', 'give its name']
      : ['value', 'give a string, a Uint8Array or null']
  const other = Object.keys(record).find((name) => fieldMeantBy(name) === missing)
  const hint =
    other === undefined ? '' : `, but there is ${printable(other, 60)}: call it ${missing}`
  return invalidArgument(`${missing} is missing in the record${hint}; ${advice}`)
}

/** The error of `sendMany` without a list. */
export function noList(records: unknown): KafkaError {
  if (typeof records === 'object' && records !== null && 'messages' in records)
    return invalidArgument(manyMessages)
  return invalidArgument('sendMany takes an array of records')
}

/** The field that a name was probably meant for: other clients have names of their own for a value. */
function fieldMeantBy(name: string): string | undefined {
  const plain = plainName(name)
  if (/^(message|payload|body|data|content)s?$/.test(plain)) return 'value'
  if (plain === 'topicname') return 'topic'
  return nearestName(name, ['topic', 'value', 'key', 'partition', 'timestamp', 'headers'])
}
