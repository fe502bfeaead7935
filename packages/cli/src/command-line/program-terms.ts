import { optionOf } from './option-names.js'

/** Options of a program that are options of the command by the same name. */
const sameNames = [
  'bootstrapServers',
  'batchBytes',
  'bufferBytes',
  'clientId',
  'deliveryTimeoutMs',
  'lingerMs',
  'maxBlockMs',
  'maxRequestBytes',
  'requestTimeoutMs',
  'transactionTimeoutMs',
  'transactionalId',
] as const

/**
 * What texts of the producer say to a program, and what stands for it on a command line. Advice that only a program can follow becomes
 * advice for the command, or nothing.
 */
export const programTerms: ReadonlyMap<string, string> = new Map([
  [', or set idempotent: false', ''],
  [', or set allowAutoTopicCreation: true', ''],
  ['give what stands in the file, readFileSync(path)', 'give that file itself'],
  ["put line feeds there, .replaceAll('\\\\n', '\\n')", 'put line feeds there'],
  ['await send() or drained() before you send more', 'give a lower --rate'],
  ['send less at a time, wait for drained()', 'give a lower --rate'],
  ['close it, and give each producer', 'give each command'],
  [', only abort() works', ''],
  ["like ['localhost:9092']", 'like localhost:9092'],
  [
    'choose TLS and SASL by the options tls and sasl',
    'choose TLS and SASL by --tls and --sasl-mechanism',
  ],
  ['which belong to the option sasl', 'which belong to --sasl-username and --sasl-password-file'],
  ['set tls', 'give --tls'],
  ['use tls', 'give --tls'],
  ['set allowInsecureSasl: true', '--allow-insecure-sasl'],
  ['leave sasl out', 'leave --sasl-mechanism out'],
  ['leave ca out', 'leave --tls-ca out'],
  ['signed it as ca', 'signed it as --tls-ca'],
  ['tls.ca', '--tls-ca'],
  ['tls.cert', '--tls-cert'],
  ['tls.key', '--tls-key'],
  ['tls.passphrase', '--tls-key-passphrase-file'],
  ['tls.servername', '--tls-server-name'],
  ...sameNames.map((name) => [name, optionOf(name)] as const),
])

const longestFirst = [...programTerms.keys()].toSorted((one, other) => other.length - one.length)
const written = new RegExp(longestFirst.map(patternOf).join('|'), 'g')

/** A term that begins with a word does not begin within a word. None ends within a word. */
function patternOf(term: string): string {
  const beginning = /^\w/.test(term) ? String.raw`(?<![\w.-])` : ''
  return String.raw`${beginning}${escaped(term)}(?![\w-])`
}

function escaped(text: string): string {
  return text.replaceAll(/[^\w ]/g, String.raw`\$&`)
}

/** A text of the producer as the command tells it. */
export function inTermsOfCommand(text: string): string {
  return text.replaceAll(written, (term) => programTerms.get(term) ?? term)
}
