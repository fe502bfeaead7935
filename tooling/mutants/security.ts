import type { Mutant } from './mutant.js'

const tls = 'packages/network/test/transports/tls.test.ts'
const auth = 'packages/network/test/connection/authentication.test.ts'
const refused = 'packages/network/test/nodes/refused-servers.test.ts'
const session = 'packages/network/test/connection/session.test.ts'
const scram = 'packages/network/test/sasl/scram.test.ts'

/** TLS, SASL, and what a peer must not learn or bring about. */
export const securityMutants: readonly Mutant[] = [
  {
    name: 'certificates are not checked',
    file: 'packages/network/src/transports/tls.ts',
    find: 'rejectUnauthorized: rejectUnauthorized !== false',
    replace: 'rejectUnauthorized: false',
    killedBy: {
      file: tls,
      title: 'an authority that nobody has named is not trusted, and the error says what to do',
    },
    why: 'A man in the middle reads and changes everything.',
  },
  {
    name: 'the name of the broker is not sent',
    file: 'packages/network/src/transports/tls.ts',
    find: `return isIP(host) > 0 ? { host } : { host, servername: host.replace(/\\.$/, '') }`,
    replace: 'return { host }',
    killedBy: { file: tls, title: 'the name is sent, unless it is an address' },
    why: 'Clouds that tell clusters apart by the name (SNI) are out of reach.',
  },
  {
    name: 'an old version of TLS will do',
    file: 'packages/network/src/transports/tls.ts',
    find: 'if (protocol !== null && allowedVersions.includes(protocol)) return',
    replace: 'if (protocol !== null) return',
    killedBy: { file: tls, title: 'a broker below TLS 1.2 is refused, whatever the options say' },
    why: 'A downgrade to broken versions goes unnoticed.',
  },
  {
    name: 'an error about a key shows what it was given',
    file: 'packages/network/src/transports/tls-context.ts',
    find: 'const [reason] = reasonOf(error).split(/\\.? Received /)',
    replace: 'const reason = reasonOf(error)',
    killedBy: { file: tls, title: 'neither errors nor inspection show keys or passphrases' },
    why: 'A passphrase ends in the log.',
  },
  {
    name: 'PLAIN goes over a stream that others can read',
    file: 'packages/network/src/connection/authentication.ts',
    find: 'if (mechanism.needsEncryption && !context.encrypted && !options.allowInsecureSasl)',
    replace: `if (mechanism.needsEncryption && options.clientId === '')`,
    killedBy: { file: auth, title: 'a secret does not go over a stream that others can read' },
    why: 'The password is on the wire.',
  },
  {
    name: 'what the broker repeats of the credentials is repeated',
    file: 'packages/network/src/connection/authenticator.ts',
    find: `const reason = withoutSecrets(errorMessage ?? 'no reason given', sent)`,
    replace: `const reason = withoutSecrets(errorMessage ?? 'no reason given', sent.subarray(0, 0))`,
    killedBy: {
      file: auth,
      title: 'what the broker repeats of the credentials is not repeated by us',
    },
    why: 'A token ends in the log.',
  },
  {
    name: 'wrong credentials are tried at every server',
    file: 'packages/network/src/nodes/bootstrap.ts',
    find: `if (isAuthenticationFailure(failure)) this.#fail(failure)
    else this.#tryNext()`,
    replace: 'this.#tryNext()',
    killedBy: { file: auth, title: 'credentials that are refused fail connect at once' },
    why: 'connect() takes as long as the slowest server, and accounts are locked.',
  },
  {
    name: 'one server with a bad certificate speaks for all',
    file: 'packages/network/src/nodes/refused-servers.ts',
    find: 'failures.every(isTlsRefused)',
    replace: 'failures.some(isTlsRefused)',
    killedBy: {
      file: refused,
      title: 'a server that cannot be reached may have a good certificate',
    },
    why: 'Records are lost that a server which restarts would have taken.',
  },
  {
    name: 'a failed token endpoint fails everything for good',
    file: 'packages/network/src/connection/authenticator.ts',
    find: `throw this.#error('CONNECTION_FAILED', \`no credentials could be had: \${reasonOf(error)}\`)`,
    replace: `throw this.#error('SASL_AUTHENTICATION_FAILED', 'no credentials')`,
    killedBy: { file: auth, title: 'credentials that cannot be had now do not fail for good' },
    why: 'A hiccup of the issuer loses every record that waits.',
  },
  {
    name: 'requests go out while a session is renewed',
    file: 'packages/network/src/connection/request-writer.ts',
    find: `    if (this.#held) return
`,
    replace: '',
    killedBy: { file: session, title: 'what is in flight first, what is queued after' },
    why: 'KIP-368: the broker closes the connection.',
  },
  {
    name: 'a session is renewed while requests are in flight',
    file: 'packages/network/src/connection/authentication.ts',
    find: `if (this.#state !== 'waiting for quiet' || !this.#deps.channel.quiet) return`,
    replace: `if (this.#state !== 'waiting for quiet') return`,
    killedBy: { file: session, title: 'what is in flight first, what is queued after' },
    why: 'Answers and authentication come in between each other.',
  },
  {
    name: 'renewals keep an unused connection open',
    file: 'packages/network/src/connection/channel.ts',
    find: 'if (!this.#writer.held) this.#lastUsed = now',
    replace: 'this.#lastUsed = now',
    killedBy: { file: session, title: 'renewals do not keep a connection from being idle' },
    why: 'Connections to every broker stay for ever.',
  },
  {
    name: 'the signature of the broker is not compared',
    file: 'packages/network/src/sasl/scram.ts',
    find: 'if (signature.length === expected.length && timingSafeEqual(signature, expected)) return null',
    replace: 'if (signature.length === expected.length) return null',
    killedBy: { file: scram, title: 'of another key has not proved itself' },
    why: 'Whoever answers on the port is taken for the broker.',
  },
  {
    name: 'few iterations will do',
    file: 'packages/network/src/sasl/scram.ts',
    find: 'if (iterations < minIterations || iterations > maxIterations)',
    replace: 'if (iterations > maxIterations)',
    killedBy: { file: scram, title: 'too few iterations is refused' },
    why: 'A hostile broker learns the password by guessing.',
  },
  {
    name: 'any number of iterations will do',
    file: 'packages/network/src/sasl/scram.ts',
    find: 'if (iterations < minIterations || iterations > maxIterations)',
    replace: 'if (iterations < minIterations)',
    killedBy: { file: scram, title: 'too many iterations is refused' },
    why: 'A hostile broker keeps a thread busy for minutes.',
  },
  {
    name: 'the nonce of the broker may be ours',
    file: 'packages/network/src/sasl/scram-messages.ts',
    find: 'if (!nonce.startsWith(clientNonce) || nonce.length === clientNonce.length)',
    replace: 'if (!nonce.startsWith(clientNonce))',
    killedBy: { file: scram, title: 'a nonce that is only ours is refused' },
    why: 'The broker adds nothing of its own, and an exchange can be replayed.',
  },
  {
    name: 'only the first comma of a user name is escaped',
    file: 'packages/network/src/sasl/scram-messages.ts',
    find: `name.replaceAll('=', '=3D').replaceAll(',', '=2C')`,
    replace: `name.replaceAll('=', '=3D').replace(',', '=2C')`,
    killedBy: { file: scram, title: 'every comma and equals sign of a user name is escaped' },
    why: 'A user name sets fields of the exchange.',
  },
]
