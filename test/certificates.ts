import { generate } from 'selfsigned'

/** A certificate and its key, both PEM. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

export interface CertificateNames {
  /** What its holder is called. */
  readonly name: string
  /** Host names and addresses it stands for.
   *  @defaultValue localhost and 127.0.0.1 */
  readonly hosts?: readonly string[]
  readonly expired?: boolean
}

const dayMs = 86_400_000

/** An authority that tests trust, or do not. */
export class Authority implements Certificate {
  readonly cert: string
  readonly key: string

  private constructor({ cert, key }: Certificate) {
    this.cert = cert
    this.key = key
  }

  static async create(name = 'test authority', expired = false): Promise<Authority> {
    const basics = { name: 'basicConstraints', cA: true, critical: true } as const
    const usage = { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true } as const
    const made = await generate([{ name: 'commonName', value: name }], {
      ...validity(expired),
      extensions: [basics, usage],
    })
    return new Authority({ cert: made.cert, key: made.private })
  }

  /** A certificate for a server or a client. */
  async issue({
    name,
    hosts = ['localhost', '127.0.0.1'],
    expired = false,
  }: CertificateNames): Promise<Certificate> {
    const altNames = hosts.map((host) =>
      /^[\d.]+$/.test(host)
        ? ({ type: 7, ip: host } as const)
        : ({ type: 2, value: host } as const),
    )
    const made = await generate([{ name: 'commonName', value: name }], {
      ...validity(expired),
      ca: this,
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
        { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
        { name: 'subjectAltName', altNames },
      ],
    })
    return { cert: made.cert, key: made.private }
  }
}

function validity(expired: boolean) {
  const end = Date.now() + (expired ? -1 : 30) * dayMs
  return {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(end - 60 * dayMs),
    notAfterDate: new Date(end),
  } as const
}
