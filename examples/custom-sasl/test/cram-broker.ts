import { createHmac, randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import {
  type Api,
  apiVersionsApi,
  ByteReader,
  decodeRequestBody,
  decodeRequestHeader,
  encodeResponse,
  metadataApi,
  saslAuthenticateApi,
  saslHandshakeApi,
} from '@sluice/protocol'

interface Call {
  readonly apiVersion: number
  readonly correlationId: number
  readonly body: ByteReader
}

const apiKeys = [apiVersionsApi, saslHandshakeApi, saslAuthenticateApi, metadataApi].map((api) => ({
  apiKey: api.key,
  minVersion: api.minVersion,
  maxVersion: api.maxVersion,
}))

/** The part of a broker that authenticates: it knows the keys of its users, and no more than that. */
export class CramBroker {
  /** What was asked for by connections that had authenticated before. */
  readonly admitted: number[] = []
  readonly #keys: Readonly<Record<string, string>>

  constructor(keys: Readonly<Record<string, string>>) {
    this.#keys = keys
  }

  /** Serves one connection. */
  accept(peer: Duplex): void {
    const challenge = randomBytes(24)
    let received = Buffer.alloc(0)
    peer.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE()) {
        const end = 4 + received.readInt32BE()
        const frame = received.subarray(4, end)
        received = received.subarray(end)
        for (const part of this.#answer(frame, challenge)) peer.write(part)
      }
    })
  }

  #answer(frame: Uint8Array, challenge: Uint8Array): Uint8Array[] {
    const { apiKey, apiVersion, correlationId, headerEnd } = decodeRequestHeader(frame)
    const call = { apiVersion, correlationId, body: new ByteReader(frame, headerEnd) }
    if (apiKey === apiVersionsApi.key)
      return respond(apiVersionsApi, call, { errorCode: 0, apiKeys })
    if (apiKey === saslHandshakeApi.key)
      return respond(saslHandshakeApi, call, { errorCode: 0, mechanisms: ['CRAM-SHA-256'] })
    if (apiKey === saslAuthenticateApi.key) return this.#authenticate(call, challenge)
    this.admitted.push(apiKey)
    return []
  }

  /** The first message is empty, and asks for the challenge. */
  #authenticate(call: Call, challenge: Uint8Array): Uint8Array[] {
    const { authBytes } = decodeRequestBody(saslAuthenticateApi, call.apiVersion, call.body)
    const isFirst = authBytes.length === 0
    const refused = !isFirst && !this.#knows(Buffer.from(authBytes).toString(), challenge)
    return respond(saslAuthenticateApi, call, {
      errorCode: refused ? 58 : 0,
      errorMessage: null,
      authBytes: isFirst ? challenge : new Uint8Array(),
      sessionLifetimeMs: 0n,
    })
  }

  #knows(answer: string, challenge: Uint8Array): boolean {
    const [user = '', proof] = answer.split(' ')
    const key = this.#keys[user]
    return key !== undefined && createHmac('sha256', key).update(challenge).digest('hex') === proof
  }
}

function respond<Answer, AnswerInput>(
  api: Api<unknown, Answer, never, AnswerInput>,
  { apiVersion, correlationId }: Call,
  body: NoInfer<AnswerInput>,
): Uint8Array[] {
  return encodeResponse(api, apiVersion, correlationId, body)
}
