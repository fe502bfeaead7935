import { encodeRequest, metadataApi } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { RequestCounter } from '../src/request-counter.js'

test('counts requests wherever the chunks end', () => {
  const request = Buffer.concat(encodeRequest(metadataApi, 12, 1, 'me', { topics: null }))
  const bytes = Buffer.concat([request, request, request])
  for (const size of [1, 3, 5, request.length, bytes.length]) {
    const keys: number[] = []
    const counter = new RequestCounter((apiKey) => keys.push(apiKey))
    for (let at = 0; at < bytes.length; at += size) counter.add(bytes.subarray(at, at + size))
    expect(keys).toEqual([metadataApi.key, metadataApi.key, metadataApi.key])
  }
})
