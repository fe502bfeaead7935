/** What a hostile or mistaken peer says where an answer is due. */
export interface HostileAnswer {
  readonly title: string
  readonly bytes: Uint8Array
  /** Whether it hangs up behind that, as one that is no broker does, or says nothing more. */
  readonly behind: 'the end' | 'silence'
  /** It may happen to be an answer all the same. */
  readonly mayPass?: boolean
}

/** From 0 up to, not including, 1; the same numbers for the same seed. */
export type Random = () => number

const greetings: [string, string | number[] | Buffer][] = [
  ['HTTP 400', 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'],
  ['HTTP/2 settings', [0, 0, 18, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 128, 0, 4, 0, 1, 0, 0, 0, 5]],
  ['a TLS alert', [21, 3, 3, 0, 2, 2, 70]],
  ['a TLS ServerHello', [22, 3, 3, 0, 80, 2, 0, 0, 76, 3, 3, ...Array<number>(70).fill(7)]],
  ['SSH', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
  ['SMTP', '220 mail.example.org ESMTP Postfix\r\n'],
  ['Redis', "-ERR unknown command 'x'\r\n"],
  ['PostgreSQL', 'E\0\0\0\x40SFATAL\0VFATAL\0C08P01\0Minvalid length of startup packet\0\0'],
  ['MySQL', 'J\0\0\0\n8.0.33\0\x08\0\0\0abcdefgh\0\xff\xff'],
  ['AMQP', 'AMQP\0\0\x09\x01'],
  ['ZooKeeper', [0, 0, 0, 37, 0, 0, 0, 0]],
  ['text without end', Buffer.alloc(100_000, 'x')],
  ['zeros', Buffer.alloc(70_000)],
  ['ones', Buffer.alloc(70_000, 255)],
  ['nothing', ''],
]

const lengths = [
  -2_147_483_648, -65_536, -2, -1, 0, 1, 2, 3, 65_537, 1_000_000, 16_777_217, 104_857_601,
  352_518_912, 2_147_483_647,
]

/** At least 200 for each stage of a handshake, where `valid` is what a broker would say: a whole frame with its length. */
export function hostileAnswers(valid: Buffer, random: Random): HostileAnswer[] {
  return [
    ...greetings.map(([title, bytes]) => hangingUp(title, Buffer.from(bytes as string, 'latin1'))),
    ...lengths.flatMap((length) => lengthsOf(length)),
    ...otherIds(valid),
    ...bodies(valid, random),
    ...truncations(valid),
    ...silences(valid),
  ]
}

/** The answer with some bytes changed, cut out or put in. */
export function mutated(valid: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(valid)
  for (let edits = 1 + Math.floor(random() * 6); edits > 0; edits--) bytes = edited(bytes, random)
  // Most of the time a frame of the right length and id, so that what is in it is read.
  if (random() < 0.8 && bytes.length >= 8) {
    bytes.writeInt32BE(bytes.length - 4)
    valid.copy(bytes, 4, 4, 8)
  }
  return bytes
}

function edited(bytes: Buffer, random: Random): Buffer {
  const at = Math.floor(random() * bytes.length)
  const count = 1 + Math.floor(random() * 8)
  const junk = Buffer.from(Array.from({ length: count }, () => junkByte(random)))
  const kind = random()
  if (kind < 0.5) junk.copy(bytes, at)
  else if (kind < 0.7) return Buffer.concat([bytes.subarray(0, at), junk, bytes.subarray(at)])
  else if (kind < 0.9) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + count)])
  else return Buffer.concat([bytes, bytes.subarray(at)])
  return bytes
}

function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)))
}

/** Often what lengths and counts dislike. */
function junkByte(random: Random): number {
  const dislikes = [0, 1, 0x7f, 0x80, 0xff]
  return random() < 0.6
    ? dislikes[Math.floor(random() * dislikes.length)]!
    : Math.floor(random() * 256)
}

function hangingUp(title: string, bytes: Uint8Array, mayPass = false): HostileAnswer {
  return { title, bytes, behind: 'the end', mayPass }
}

function prefix(length: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(length)
  return bytes
}

function framed(...parts: Uint8Array[]): Buffer {
  const frame = Buffer.concat(parts)
  return Buffer.concat([prefix(frame.length), frame])
}

function lengthsOf(length: number): HostileAnswer[] {
  return [
    hangingUp(`a length of ${length}`, prefix(length)),
    hangingUp(
      `a length of ${length} and 200 KB`,
      Buffer.concat([prefix(length), Buffer.alloc(200_000, 1)]),
    ),
  ]
}

function otherIds(valid: Buffer): HostileAnswer[] {
  const body = valid.subarray(8)
  const id = valid.readInt32BE(4)
  return [-1, -2_147_483_648, 2_147_483_647, id + 1, id + 2, id + 1_000, id ^ 0x40000000].map(
    (other) =>
      hangingUp(`the answer of request ${other - id} after this one`, framed(prefix(other), body)),
  )
}

/** Frames of the right length and id, with a body of all kinds of junk. */
function bodies(valid: Buffer, random: Random): HostileAnswer[] {
  const id = valid.subarray(4, 8)
  const patterns: [string, (length: number) => Buffer][] = [
    ['zeros', (length) => Buffer.alloc(length)],
    ['ones', (length) => Buffer.alloc(length, 0xff)],
    ['varints without end', (length) => Buffer.alloc(length, 0x80)],
    ['counts of 2³¹ − 1', (length) => Buffer.alloc(length, '7fffffff', 'hex')],
    ['compact counts of 2³²', (length) => Buffer.alloc(length, '00ffffffff0f', 'hex')],
    ['random bytes', (length) => Buffer.alloc(length, randomBytes(random, 251))],
  ]
  const sizes = [1, 2, 3, 4, 5, 8, 13, 21, 34, 55, 89, 144, 233, 610, 1_024, 8_192, 30_000, 60_000]
  const junk = patterns.flatMap(([title, make]) =>
    sizes.map((size) => hangingUp(`${size} bytes of ${title}`, framed(id, make(size)), true)),
  )
  return [
    hangingUp('an empty body', framed(id)),
    hangingUp('the answer twice', Buffer.concat([valid, valid]), true),
    hangingUp(
      'the answer and junk behind it',
      Buffer.concat([valid, Buffer.alloc(100, 0xff)]),
      true,
    ),
    hangingUp(
      'the answer and junk within its frame',
      framed(valid.subarray(4), Buffer.alloc(50, 7)),
      true,
    ),
    ...junk,
  ]
}

/** The answer cut off: as a frame of its new length, and as one that never comes whole. */
function truncations(valid: Buffer): HostileAnswer[] {
  const answers: HostileAnswer[] = []
  const step = Math.max(1, Math.floor((valid.length - 8) / 40))
  for (let end = 8; end < valid.length; end += step) {
    answers.push(
      hangingUp(`${end} of ${valid.length} bytes as a frame`, framed(valid.subarray(4, end)), true),
      hangingUp(`${end} of ${valid.length} bytes and the end`, valid.subarray(0, end)),
    )
  }
  return answers
}

function silences(valid: Buffer): HostileAnswer[] {
  const parts: [string, Uint8Array][] = [
    ['nothing at all', Buffer.alloc(0)],
    ['a length alone', prefix(1_000)],
    ['half of the answer', valid.subarray(0, valid.length >> 1)],
    ['all but the last byte', valid.subarray(0, -1)],
  ]
  return parts.map(([title, bytes]) => ({
    title: `${title}, and silence`,
    bytes,
    behind: 'silence',
  }))
}
