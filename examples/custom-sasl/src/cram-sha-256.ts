import { createHmac } from 'node:crypto'
import type { SaslMechanism } from '@sluice/network'

/** Answers the broker's challenge with a keyed hash of it, as CRAM does (RFC 2195). */
export function cramSha256(username: string, key: () => Promise<string>): SaslMechanism {
  return {
    name: 'CRAM-SHA-256',
    begin() {
      let answered = false
      return {
        initial: () => new Uint8Array(),
        async next(challenge) {
          if (answered) return null
          answered = true
          const proof = createHmac('sha256', await key())
            .update(challenge)
            .digest('hex')
          return Buffer.from(`${username} ${proof}`)
        },
      }
    },
  }
}
