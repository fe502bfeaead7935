export const recordsPerBatch = 1_000
export const firstTimestamp = 1_700_000_000_000

/** The kind of records in a batch. */
export interface Shape {
  readonly bytes: 100 | 1_024
  readonly kind: 'Buffer' | 'string'
  readonly keyed: boolean
  readonly headers: 0 | 2
}

export interface InputRecord {
  readonly key: string | Buffer | null
  readonly value: string | Buffer
  readonly headers: Record<string, string>
}

/** Every mixture. */
export const shapes = (): Shape[] =>
  ([100, 1_024] as const).flatMap((bytes) =>
    (['Buffer', 'string'] as const).flatMap((kind) =>
      [false, true].flatMap((keyed) =>
        ([0, 2] as const).map((headers) => ({ bytes, kind, keyed, headers })),
      ),
    ),
  )

export function nameOf({ bytes, kind, keyed, headers }: Shape): string {
  return `${bytes} B ${kind}${keyed ? `, ${kind} key` : ''}${headers > 0 ? `, ${headers} headers` : ''}`
}

const none = {}
const two = { trace: '4bf92f3577b34da6', tenant: 'eu-1' }

/** Each record has its own value and key: bytes that are read again and again would be in the cache. */
export function recordsOf({ bytes, kind, keyed, headers }: Shape): InputRecord[] {
  const field = kind === 'Buffer' ? Buffer.from : flat
  return Array.from({ length: recordsPerBatch }, (_, i) => ({
    key: keyed ? field(`key-${String(i).padStart(12, '0')}`) : null,
    value: field(String(i).padStart(8, '.').repeat(128).slice(0, bytes)),
    headers: headers === 0 ? none : two,
  }))
}

/** A text in one piece: the first reader of a concatenated text would pay for joining it. */
function flat(text: string): string {
  return Buffer.from(text).toString('latin1')
}
