import { isIPv6 } from 'node:net'

/** People put these between servers, or mean something else by them. A host name has none of them. */
const wrongSeparators = /[;|\s]+/

/** What to write instead of an entry of `bootstrapServers` that cannot be read: the separator, or the part, that is wrong. */
export function howToWrite(text: string, isReadable: (entry: string) => boolean): string {
  const parts = text.split(wrongSeparators).filter((part) => part !== '')
  if (parts.length > 1 && parts.every(isReadable)) return separatorHint(text, parts)
  if (/["'`]/.test(text)) return "write 'host:port' without quotes"
  if (text.includes('://'))
    return "write 'host:port' without a protocol in front, and choose TLS and SASL by the options tls and sasl"
  if (text.includes('[')) return "write 'host:port', and IPv6 addresses like '[::1]:9092'"
  return colonHint(text) ?? "write 'host:port', like 'localhost:9092'"
}

/** An entry with credentials is refused without showing them. */
export function withoutCredentials(text: string): string {
  return text.replace(/^.*@/s, '***@').slice(0, 200)
}

function separatorHint(text: string, parts: readonly string[]): string {
  const [separator] = wrongSeparators.exec(text.trim()) as RegExpExecArray
  const list = parts.map((part) => (/:\d+$/.test(part) ? part : `${part}:9092`)).join(',')
  return `${nameOf(separator)} does not separate servers: write 'host:port' for each and a comma between them, like '${list}'`
}

function nameOf(separator: string): string {
  const visible = separator.trim()
  if (visible !== '') return `'${visible}'`
  if (/[\r\n]/.test(separator)) return 'a line break'
  return separator.includes('\t') ? 'a tab' : 'a space'
}

function colonHint(text: string): string | null {
  if (text.split(':').length <= 2) return null
  const [, address = text, port = '9092'] = /^([^%]+%[^:]+)(?::(\d+))?$/.exec(text) ?? []
  if (isIPv6(address)) return `write IPv6 addresses in brackets, like '[${address}]:${port}'`
  return "write 'host:port' with one colon, between host and port, and a comma between servers"
}
