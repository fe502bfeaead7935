import { detailOf, type KafkaError } from '@sluice/protocol'
import { KafkaJSSASLAuthenticationError } from '../original/errors.js'

/** What stands before the text of the broker in the messages of the network. */
const refusal = 'the broker refused the credentials: '

type SaslError = InstanceType<typeof KafkaJSSASLAuthenticationError>

/** The error of an authentication; null where the error is none. */
export function saslError(error: KafkaError): SaslError | null {
  const { code, message } = error
  const mechanism = /: (PLAIN|AWS|OAUTHBEARER|SCRAM-SHA-\d+|[\w-]+): /.exec(message)?.[1] ?? ''
  if (code === 'UNSUPPORTED_SASL_MECHANISM' || code === 'ILLEGAL_SASL_STATE')
    return new KafkaJSSASLAuthenticationError(
      `SASL ${mechanism} mechanism is not supported by the server`,
    )
  if (code !== 'SASL_AUTHENTICATION_FAILED') return null
  const detail = detailOf(error)
  // What is missing in the configuration is told as it is.
  if (detail.startsWith('SASL ')) return new KafkaJSSASLAuthenticationError(detail)
  const at = message.indexOf(refusal)
  const reason = at < 0 ? message : message.slice(at + refusal.length)
  return new KafkaJSSASLAuthenticationError(`${titleOf(mechanism)} failed: ${reason}`)
}

/** As the authenticators of kafkajs begin their messages. */
function titleOf(mechanism: string): string {
  if (mechanism === 'AWS') return 'SASL AWS-IAM authentication'
  if (mechanism.startsWith('SCRAM-'))
    return `SASL SCRAM ${mechanism.slice('SCRAM-'.length).replaceAll('-', '')} authentication`
  return `SASL ${mechanism} authentication`
}
