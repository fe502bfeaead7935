import { OAuth2Server } from 'oauth2-mock-server'
import * as oidc from 'openid-client'

/** An issuer of signed tokens on this machine. */
export interface TokenServer {
  readonly issuer: string
  readonly keysUrl: string
  readonly audience: string
  /** A token for a client that knows its secret, as an application gets one. */
  token(): Promise<string>
  /** One that has been valid once. */
  expiredToken(): Promise<string>
  /** One that somebody else has signed. */
  foreignToken(): Promise<string>
  stop(): Promise<void>
}

const audience = 'kafka'

export async function startTokenServer(): Promise<TokenServer> {
  const server = await listening()
  const issuer = server.issuer.url as string
  const config = await oidc.discovery(new URL(issuer), 'orders', 'client-secret', undefined, {
    execute: [oidc.allowInsecureRequests],
  })
  return {
    issuer,
    keysUrl: `${issuer}/jwks`,
    audience,
    token: async () => (await oidc.clientCredentialsGrant(config)).access_token,
    expiredToken: async () =>
      server.issuer.buildToken({
        scopesOrTransform: (_, payload) => {
          Object.assign(payload, { ...claims, iat: 1_000_000, nbf: 1_000_000, exp: 1_000_600 })
        },
      }),
    foreignToken: async () => {
      const other = await listening()
      try {
        return await other.issuer.buildToken({
          scopesOrTransform: (_, payload) => void Object.assign(payload, claims, { iss: issuer }),
        })
      } finally {
        await other.stop()
      }
    },
    stop: () => server.stop(),
  }
}

const claims = { sub: 'orders', aud: audience }

async function listening(): Promise<OAuth2Server> {
  const server = new OAuth2Server()
  await server.issuer.keys.generate('RS256')
  await server.start(0, 'localhost')
  server.service.on('beforeTokenSigning', ({ payload }: { payload: object }) =>
    Object.assign(payload, claims),
  )
  return server
}
