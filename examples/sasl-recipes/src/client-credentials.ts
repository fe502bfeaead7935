import { oauthBearer, type SaslMechanism } from '@sluice/network/sasl'
import { clientCredentialsGrant, type Configuration } from 'openid-client'

/** Tokens that an OIDC issuer gives to a client. One serves all connections until 80 % of its life are over. */
export function clientCredentials(
  issuer: Configuration,
  parameters: Record<string, string> = {},
): SaslMechanism {
  let token: Promise<string> | undefined
  const renew = async (): Promise<string> => {
    const { access_token, expires_in = 0 } = await clientCredentialsGrant(issuer, parameters)
    setTimeout(() => (token = undefined), expires_in * 800).unref()
    return access_token
  }
  const forget = (error: unknown): never => {
    token = undefined
    throw error
  }
  return oauthBearer({ token: () => (token ??= renew().catch(forget)) })
}
