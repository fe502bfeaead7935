import { describeValue } from '@sluice/protocol'
import { ask, type Asked } from '../options.js'
import {
  askCredentials,
  checkCredentials,
  invalidSasl,
  type Credentials,
  type KnownCredentials,
} from './credentials.js'
import { saslPrep } from './saslprep.js'

/** Options of {@link scramSha256} and {@link scramSha512}. */
export interface ScramOptions extends Credentials {
  /** The most rounds of hashing that a broker may ask for: a hostile one could keep a thread busy for minutes.
   *  @defaultValue 100000 */
  readonly maxIterations?: number
  /** Whether name and password are prepared (SASLprep, RFC 4013) before they are used, which changes `²` to `2` and refuses
   *  control characters. Kafka's brokers and tools, Redpanda and the other clients for Kafka take the UTF-8 bytes as they are,
   *  so set it only for a broker, or a proxy before it, that is known to prepare.
   *  @defaultValue false */
  readonly saslPrep?: boolean
}

/** The minimum of RFC 7677 and of Kafka. With fewer it would be easier to guess the password from a recorded exchange. */
export const minIterations = 4_096
const defaultMaxIterations = 100_000

/** Options whose functions were called, with name and password as they are hashed. */
export interface KnownOptions extends KnownCredentials {
  readonly maxIterations: number
}

/** @throws KafkaError INVALID_OPTION */
export function checkScramOptions(mechanism: string, options: ScramOptions): void {
  const {
    username,
    password,
    maxIterations = defaultMaxIterations,
    saslPrep: prepares,
  } = options ?? {}
  checkCredentials(mechanism, { username, password })
  if (!Number.isInteger(maxIterations) || maxIterations < minIterations)
    throw invalidSasl(
      mechanism,
      `maxIterations must be a whole number from ${minIterations} on, not ${describeValue(maxIterations)}`,
    )
  if (prepares !== undefined && typeof prepares !== 'boolean')
    throw invalidSasl(mechanism, `saslPrep must be true or false, not ${describeValue(prepares)}`)
  for (const [name, text] of Object.entries({ username, password }))
    if (typeof text === 'string') preparedIf(prepares, mechanism, name, text)
}

/** @throws KafkaError INVALID_OPTION, or what a function throws */
export async function askScramOptions(
  mechanism: string,
  asked: Asked<ScramOptions>,
): Promise<KnownOptions> {
  const options = await ask(asked)
  checkScramOptions(mechanism, options)
  const { username, password } = await askCredentials(mechanism, options)
  return {
    username: preparedIf(options.saslPrep, mechanism, 'username', username),
    password: preparedIf(options.saslPrep, mechanism, 'password', password),
    maxIterations: options.maxIterations ?? defaultMaxIterations,
  }
}

function preparedIf(
  prepares: boolean | undefined,
  mechanism: string,
  name: string,
  text: string,
): string {
  if (prepares !== true) return text
  try {
    return saslPrep(text)
  } catch (error) {
    throw invalidSasl(mechanism, `${name} ${(error as Error).message}`)
  }
}
