/** The client of a load. */
export interface Client {
  readonly name: string
  /** One record, one promise. */
  send(key: string, value: Buffer): Promise<unknown>
  /** Sends that many records in the fastest way that the client has. Resolves when all are acknowledged. */
  pump(count: number, keyOf: (i: number) => string, value: Buffer): Promise<void>
  close(): Promise<void>
}

interface Message {
  readonly key: string
  readonly value: Buffer
}

const recordsPerCall = 1_000

/** The fastest way of clients that make a batch of each call: one call after the other, each with that many records. */
export async function callByCall(
  count: number,
  keyOf: (i: number) => string,
  value: Buffer,
  send: (messages: Message[]) => Promise<unknown>,
): Promise<void> {
  for (let sent = 0; sent < count; sent += recordsPerCall) {
    const length = Math.min(recordsPerCall, count - sent)
    await send(Array.from({ length }, (_, i) => ({ key: keyOf(sent + i), value })))
  }
}
