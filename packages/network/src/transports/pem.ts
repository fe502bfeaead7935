import { Buffer } from 'node:buffer'

const certificate = /^-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----$[\s\S]*?^-----END \1-----/gm
const privateKey = /^-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----$[\s\S]*?^-----END \1-----/m
const labels = /-----BEGIN ([A-Z0-9 ]{1,40})-----/g

/** Every certificate of a PEM, each with its first and last line. None where there is no PEM. */
export function certificatesIn(value: unknown): readonly string[] {
  return textOf(value).match(certificate) ?? []
}

/** Whether each block of the PEM is one by itself: OpenSSL reads no further than the first that is not, without a word. */
export function isWhole(value: unknown): boolean {
  const begun = [...textOf(value).matchAll(labels)].filter(([, name]) =>
    name!.endsWith('CERTIFICATE'),
  )
  return begun.length === certificatesIn(value).length
}

/** The first private key of a PEM, with its first and last line. */
export function privateKeyIn(value: unknown): string | undefined {
  return privateKey.exec(textOf(value))?.[0]
}

/**
 * What was given instead of PEM with such a block, and what to do. Shows nothing of it, for it may be a key.
 * @param label - `CERTIFICATE` or `PRIVATE KEY`
 */
export function describeNoPem(value: unknown, label: string): string {
  if (typeof value !== 'string' && !ArrayBuffer.isView(value))
    return `is ${value === null ? 'null' : typeof value}: give PEM as text or a Buffer`
  const text = textOf(value)
  if (text.trim() === '') return 'is empty: give PEM, or leave the option out'
  const found = [...text.matchAll(labels)].map(([, name]) => name as string)
  if (found.length > 0) return describeBlocks(text, found, label)
  return `${describeOther(text)}, not PEM with -----BEGIN ${label}-----`
}

function describeBlocks(text: string, found: readonly string[], label: string): string {
  if (text.includes(String.raw`\n`))
    return String.raw`has \n as two characters where lines should end: put line feeds there, .replaceAll('\\n', '\n')`
  if (!found.some((name) => name.endsWith(label)))
    return `holds ${[...new Set(found)].join(' and ')}, but no ${label}`
  return `is damaged: -----BEGIN ${label}----- and its END must each be a line by itself, also where one block follows another, and the lines between them as they were made`
}

function describeOther(text: string): string {
  const bytes = Buffer.from(text, 'base64')
  const isBase64 = /^[A-Za-z0-9+/=_\s-]{24,}$/.test(text)
  if (isBase64 && bytes.includes('-----BEGIN'))
    return "is the base64 of a PEM: decode it, Buffer.from(value, 'base64')"
  if (isBase64 && bytes[0] === 0x30) return 'is base64 without the lines BEGIN and END'
  if (text.startsWith('\x30\x82')) return 'is DER: convert it, openssl x509 or openssl pkey'
  if (text.startsWith('\xfe\xed\xfe\xed')) return 'is a Java key store: export it as PEM'
  if (text.includes('\0')) return 'is binary or UTF-16'
  const isPath = text.length < 1_024 && !text.trim().includes('\n')
  if (isPath && /[\\/]|\.\w{2,5}\s*$/.test(text))
    return 'looks like a path: give what stands in the file, readFileSync(path)'
  return 'is some other text'
}

/** Latin-1 keeps every byte, and PEM is ASCII. A byte order mark does no harm to OpenSSL. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value.replace(/^\ufeff/, '').replaceAll('\r\n', '\n')
  if (!ArrayBuffer.isView(value)) return ''
  const { buffer, byteOffset, byteLength } = value
  const text = Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
  return text.replace(/^\u00ef\u00bb\u00bf/, '').replaceAll('\r\n', '\n')
}
