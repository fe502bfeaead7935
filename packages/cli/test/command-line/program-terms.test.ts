import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KafkaError } from '@sluice/producer'
import { expect, test } from 'vitest'
import { errorText } from '../../src/command-line/error-text.js'
import { inTermsOfCommand, programTerms } from '../../src/command-line/program-terms.js'
import { program } from '../../src/program.js'
import { testIo } from '../cli-run.js'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const stages = ['protocol', 'accumulator', 'partitioner', 'network', 'sender', 'producer']

/** The source of all that makes errors, without comments. */
const sources = stages
  .flatMap((stage) => {
    const folder = join(root, 'packages', stage, 'src')
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
  })
  .map((path) => readFileSync(path, 'utf8').replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, ''))

/** What stands between quotes and is more than a word; what is put into it is left out. */
const texts = sources
  .flatMap(
    (source) => source.match(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/gs) ?? [],
  )
  .map((text) => text.slice(1, -1).replaceAll(/\$\{[^{}]*\}/g, '0'))
  .filter((text) => text.includes(' '))
const guide = readFileSync(join(root, 'docs/guides/errors.md'), 'utf8').split('\n')

const commands = program(testIo().io, () => {}).commands
const attributes = commands.flatMap(({ options }) => options.map((one) => one.attributeName()))
/** Those that no word of a sentence is. */
const unmistakable = [...new Set(attributes)].filter((name) => /[A-Z]/.test(name))
const named = new RegExp(
  String.raw`(?<![\w.-])(?:${unmistakable.join('|')}|tls\.(?:ca|cert|key|passphrase|servername))(?![\w(])`,
)

test('no text of an error names an option as programs write it where the command has it', () => {
  const before = texts.filter((text) => named.test(text))
  expect(before.length).toBeGreaterThan(60)
  const slipped = (text: string) => named.test(inTermsOfCommand(text))
  expect(texts.filter(slipped)).toEqual([])
  expect(guide.filter(slipped)).toEqual([])
})

test('every term is still one of the producer, and becomes options that the command has', () => {
  const everything = sources.join('\n')
  const options = new Set(commands.flatMap((command) => command.options.map(({ long }) => long)))
  for (const [term, told] of programTerms) {
    expect([term, everything.includes(term)]).toEqual([term, true])
    for (const option of told.match(/--[a-z-]+/g) ?? [])
      expect([option, options.has(option)]).toEqual([option, true])
  }
})

test('names that are no options stay as they are: of files, of topics, and of options that the command has not', () => {
  const text = 'cannot read my-lingerMs.txt or lingerMsOld; batchRecords and partitionsFor(topic)'
  expect(inTermsOfCommand(text)).toBe(text)
})

test.each([
  [
    'no room in bufferBytes (5) within 9 ms; send less at a time, wait for drained(), or raise bufferBytes',
    'no room in --buffer-bytes (5) within 9 ms; give a lower --rate, or raise --buffer-bytes',
  ],
  [
    'the cluster has no topic orders; create it, or set allowAutoTopicCreation: true',
    'the cluster has no topic orders; create it',
  ],
  [
    'it is self-signed; tls.ca is not given; give the authority that signed it as ca',
    'it is self-signed; --tls-ca is not given; give the authority that signed it as --tls-ca',
  ],
])('%s: on a command line it tells what to do there', (detail, told) => {
  expect(errorText(new KafkaError('BUFFER_FULL', detail))).toBe(`BUFFER_FULL: ${told}`)
})
