import { KafkaError } from '@sluice/protocol'
import { expect, test } from 'vitest'
import { formatAddress, parseServers } from '../src/server-address.js'

test.each([
  [
    ['a:1', 'b:2'],
    ['a:1', 'b:2'],
  ],
  ['a:1,b:2', ['a:1', 'b:2']],
  [' a:1 , b ,', ['a:1', 'b:9092']],
  [
    ['[::1]:9092', '[fe80::1%eth0]'],
    ['[::1]:9092', '[fe80::1%eth0]:9092'],
  ],
  [['a:1', 'a:1'], ['a:1']],
])('%j is read as %j', (servers, expected) => {
  expect(parseServers(servers).map(formatAddress)).toEqual(expected)
})

test.each([
  [undefined, /bootstrapServers must be an array/],
  [[], /names no server/],
  ['', /names no server/],
  [[''], /write 'host:port'/],
  [['::1'], /brackets, like '\[::1\]:9092'/],
  ['PLAINTEXT://a:9092', /without a protocol/],
  ['a:0', /a port is a number from 1 to 65535/],
  ['a:65536', /a port is a number from 1 to 65535/],
  ['a:b', /write 'host:port'/],
  ['a b:1', /write 'host:port'/],
  [[9092], /not text: number/],
])('%j is refused with a hint', (servers, message) => {
  expect(() => parseServers(servers)).toThrow(message)
  expect(() => parseServers(servers)).toThrow(KafkaError)
})
