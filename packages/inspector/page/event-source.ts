/** An event of a stream of server-sent events. */
export interface ServerEvent {
  readonly name: string
  readonly data: string
}

/** Takes the text of a stream piece by piece, and gives the events that are whole. */
export class ServerEvents {
  #rest = ''

  take(text: string): ServerEvent[] {
    const blocks = (this.#rest + text).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    return blocks.map(eventOf)
  }
}

function eventOf(block: string): ServerEvent {
  const fields = block.split('\n').map((line) => /^(\w+): ?(.*)$/s.exec(line))
  const valueOf = (name: string): string | undefined =>
    fields.find((field) => field?.[1] === name)?.[2]
  return { name: valueOf('event') ?? 'message', data: valueOf('data') ?? '' }
}
