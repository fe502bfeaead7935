import type { DefaultTheme } from 'vitepress'

type Item = DefaultTheme.SidebarItem

const page = (text: string, link: string): Item => ({ text, link })
const section = (text: string, items: Item[], collapsed = false): Item => ({
  text,
  collapsed,
  items,
})

/** The sidebar of everything but the API. A page that it does not name fails `npm run test:site`. */
export const guides: Item[] = [
  section('Start', [
    page('Getting started', '/guides/getting-started'),
    page('How a record travels', '/guides/how-a-record-travels'),
    page('Delivery guarantees', '/guides/delivery-guarantees'),
    page('Tuning', '/guides/tuning'),
    page('Errors and what to do', '/guides/errors'),
    page('Testing without Docker', '/guides/testing-without-docker'),
  ]),
  section('In production', [
    page('Operating', '/guides/operating'),
    page('Security', '/guides/security'),
    page('Transactions', '/guides/transactions'),
    page('Streams', '/guides/streams'),
    page('Schema registries', '/guides/schema-registry'),
    page('Every metric', '/metrics'),
    page('Diagnostics channels', '/guides/diagnostics'),
    page('Inspector', '/guides/inspector'),
    page('Tracing', '/guides/tracing'),
    page('Client telemetry', '/guides/telemetry'),
    page('Command line', '/guides/command-line'),
  ]),
  section('From another client', [
    page('From kafkajs and others', '/guides/from-kafkajs'),
    page('Where the drop-in differs', '/guides/kafkajs-differences'),
  ]),
  section('A part of your own', [
    page('Partitioner', '/guides/custom-partitioner'),
    page('Codec', '/guides/custom-codec'),
    page('Accumulator', '/guides/custom-accumulator'),
    page('Sending half', '/guides/custom-sending-half'),
    page('Transport', '/guides/custom-transport'),
    page('SASL mechanism', '/guides/custom-sasl'),
    page('Serializers', '/guides/serializers'),
    page('Interceptors', '/guides/interceptors'),
    page('Observers', '/guides/observers'),
  ]),
  section('Packages', packagePages(), true),
  section(
    'Background',
    [
      page('Architecture', '/architecture'),
      page('Beside other clients', '/benchmarks/peers'),
      page('What a record costs', '/performance'),
      page('What each fault costs', '/faults'),
      page('The simulated world', '/simulation'),
      page('The repository', '/readme'),
      page('Contributing', '/contributing'),
      page('Vulnerabilities', '/reporting-vulnerabilities'),
    ],
    true,
  ),
]

function packagePages(): Item[] {
  const names = ['producer', 'partitioner', 'accumulator', 'sender', 'network', 'protocol']
  const beside = ['codec-snappy', 'codec-lz4', 'opentelemetry', 'inspector']
  const others = ['kafkajs', 'cli', 'embedded-broker']
  return [...names, ...beside, ...others].map((name) =>
    page(`@sluice/${name}`, `/packages/${name}`),
  )
}
