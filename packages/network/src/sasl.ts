/**
 * The mechanisms of SASL: `sasl: scramSha512({ username, password })`.
 *
 * @packageDocumentation
 */
export { plain } from './sasl/plain.js'
export { scramSha256, scramSha512 } from './sasl/scram.js'
export type { ScramOptions } from './sasl/scram-options.js'
export { oauthBearer, type OAuthBearerOptions } from './sasl/oauth-bearer.js'
export type { Credentials } from './sasl/credentials.js'
export type { Asked } from './options.js'
export type { SaslContext, SaslExchange, SaslMechanism } from './sasl-mechanism.js'
