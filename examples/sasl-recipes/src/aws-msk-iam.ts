import { oauthBearer, type SaslMechanism } from '@sluice/network/sasl'
import { generateAuthToken } from 'aws-msk-iam-sasl-signer-js'

/** IAM of Amazon MSK, with the credentials that the AWS SDK finds. A token is signed for each authentication. */
export function awsMskIam(region: string): SaslMechanism {
  return oauthBearer({ token: async () => (await generateAuthToken({ region })).token })
}
