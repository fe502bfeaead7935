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
  [['kafka-1,kafka-2'], ['kafka-1:9092', 'kafka-2:9092']],
  [
    ['kafka-1:9092,kafka-2:9093', 'kafka-3:9094'],
    ['kafka-1:9092', 'kafka-2:9093', 'kafka-3:9094'],
  ],
  [
    [' a:1 , b:2 ,', 'a:1'],
    ['a:1', 'b:2'],
  ],
  ['a:1,\n  b:2,\n', ['a:1', 'b:2']],
  [',a:1,,b:2, ', ['a:1', 'b:2']],
  ['[::1]:1,[2001:db8::2]', ['[::1]:1', '[2001:db8::2]:9092']],
  ['kafka_1.internal.:1', ['kafka_1.internal.:1']],
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
  ['a:1;b:2', /"a:1;b:2": ';' does not separate servers: .* a comma between them, like 'a:1,b:2'/],
  [['kafka-1;kafka-2'], /';' does not separate servers: .* like 'kafka-1:9092,kafka-2:9092'/],
  ['a:1 b:2', /a space does not separate servers: .* like 'a:1,b:2'/],
  [['a:1 b:2'], /a space does not separate servers/],
  ['a:1\nb:2', /a line break does not separate servers: .* like 'a:1,b:2'/],
  ['a:1\tb:2', /a tab does not separate servers/],
  ['a:1|b:2', /'\|' does not separate servers/],
  ['a:1; b:2;', /';' does not separate servers: .* like 'a:1,b:2'/],
  ['[::1]:1;[::2]:2', /';' does not separate servers: .* like '\[::1\]:1,\[::2\]:2'/],
  ['a:1:b:2', /one colon, between host and port/],
  ['kafka://a:9092,b:9092', /write 'host:port' without a protocol in front/],
  ['http://a:9092', /without a protocol in front/],
  ['SASL_SSL://a:9092', /without a protocol in front, .*the options tls and sasl/],
  ['2001:db8::1', /brackets, like '\[2001:db8::1\]:9092'/],
  ['fe80::1%eth0:9092', /brackets/],
  ['[::1', /write 'host:port'/],
  ['[::1:2:3:4:5:6:7:8:9]:1', /is no IPv6 address/],
  ['a:', /write 'host:port'/],
  [':9092', /write 'host:port'/],
  ['a:-1', /write 'host:port'/],
  ['a:70000', /a port is a number from 1 to 65535/],
  ['a:9092/', /write 'host:port'/],
  ['user:secret@a:9092', /write 'host:port'/],
  ['"a:9092"', /without quotes/],
  ['["a:1","b:2"]', /without quotes/],
  ['${KAFKA}', /write 'host:port'/],
  [' , ,', /names no server/],
  [[','], /names no server/],
  [[undefined], /not text: undefined/],
  [`${'x'.repeat(256)}:1`, /write 'host:port'/],
])('%j is refused with a hint', (servers, message) => {
  expect(() => parseServers(servers)).toThrow(message)
  expect(() => parseServers(servers)).toThrow(KafkaError)
})

test('a password in an entry that is refused is not shown', () => {
  for (const entry of [
    'user:secret@a:9092',
    'sasl_ssl://user:secret@a:9092',
    'user:secret@a:1;b:2',
  ])
    expect(() => parseServers(entry)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    )
})
