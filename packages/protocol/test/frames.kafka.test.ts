import { fileURLToPath } from 'node:url'
import { startJava, type JavaProcess } from '@sluice/test-kafka'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ByteWriter, encodeRequest, encodeResponse } from '../src/index.js'
import { apis, versionsOfApi, type AnyMessage } from './apis.js'

// What stands in a frame before the body, against Kafka's RequestHeader and ResponseHeader.

let java: JavaProcess

beforeAll(async () => {
  java = await startJava(fileURLToPath(new URL('kafka-oracle/MessageOracle.java', import.meta.url)))
})

afterAll(() => java?.stop())

describe.each(Object.values(apis))('the header of $name in every version is as in Java', (api) => {
  test.each([null, 'ünï'])('of a request from client %s', async (clientId) => {
    for (const version of versionsOfApi(api)) {
      const [headerVersion] = await headerVersions(api.key, version)
      const fields = { requestApiKey: api.key, requestApiVersion: version, correlationId: -2 }
      const header = await javaHeader('RequestHeader', headerVersion, { ...fields, clientId })
      const body = bodyOf(api.request, version, version >= api.flexibleFrom)
      const frame = encodeRequest(api, version, -2, clientId, api.request.absent())
      expect(Buffer.concat(frame)).toEqual(framed(header, body))
    }
  })

  test('of a response', async () => {
    for (const version of versionsOfApi(api)) {
      const [, headerVersion] = await headerVersions(api.key, version)
      const header = await javaHeader('ResponseHeader', headerVersion, { correlationId: -2 })
      const body = bodyOf(api.response, version, version >= api.flexibleFrom)
      const frame = encodeResponse(api, version, -2, api.response.absent())
      expect(Buffer.concat(frame)).toEqual(framed(header, body))
    }
  })
})

async function headerVersions(key: number, version: number): Promise<[string, string]> {
  const [request, response] = (await java.ask(`header\t${key}\t${version}`)).split(' ')
  return [request!, response!]
}

async function javaHeader(name: string, version: string, fields: object): Promise<Buffer> {
  return Buffer.from(await java.ask(`write\t${name}\t${version}\t${JSON.stringify(fields)}`), 'hex')
}

function bodyOf(message: AnyMessage, version: number, flexible: boolean): Buffer {
  const writer = new ByteWriter()
  message.write(writer, message.absent(), version, flexible)
  return Buffer.concat(writer.finish())
}

function framed(...parts: Buffer[]): Buffer {
  const bytes = Buffer.concat(parts)
  const length = Buffer.alloc(4)
  length.writeInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
