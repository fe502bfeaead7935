import { connect, type Socket } from 'node:net'
import type { Faults, Outcome, RequestFrame, Verdict } from './faults.js'
import { FrameCutter, framed } from './frame-cutter.js'
import { Lane } from './lane.js'

interface Question {
  readonly apiKey: number
  readonly apiVersion: number
}

/** One connection of a client, and the one to the broker that goes with it. */
export class ProxiedConnection {
  readonly #number: number
  readonly #client: Socket
  readonly #broker: Socket
  readonly #faults: Faults
  readonly #questions = new Map<number, Question>()

  constructor(
    number: number,
    client: Socket,
    target: { readonly host: string; readonly port: number },
    faults: Faults,
    cutsFrames: boolean,
  ) {
    this.#number = number
    this.#client = client
    this.#broker = connect({ ...target, allowHalfOpen: true })
    this.#faults = faults
    this.#join(client, this.#broker)
    this.#join(this.#broker, client)
    const reset = (): void => this.reset()
    const up = { direction: 'requests' as const, from: client, to: this.#broker, reset }
    const down = { direction: 'answers' as const, from: this.#broker, to: client, reset }
    if (cutsFrames) {
      new Lane(up, faults).open(frames(), (frame) => this.#request(frame))
      new Lane(down, faults).open(frames(), (frame) => this.#answer(frame))
    } else {
      new Lane(up, faults).open(asItIs, passed)
      new Lane(down, faults).open(asItIs, passed)
    }
  }

  /** Both ends get a reset (RST), as when a firewall forgets the connection. */
  reset(): void {
    this.#client.resetAndDestroy()
    this.#broker.resetAndDestroy()
  }

  destroy(): void {
    this.#client.destroy()
    this.#broker.destroy()
  }

  #join(socket: Socket, other: Socket): void {
    socket.setNoDelay(true)
    socket.on('error', () => other.resetAndDestroy())
    socket.on('close', () => other.destroy())
  }

  async #request(frame: Buffer): Promise<Outcome> {
    const apiKey = frame.readInt16BE(0)
    const apiVersion = frame.readInt16BE(2)
    const correlationId = frame.readInt32BE(4)
    this.#questions.set(correlationId, { apiKey, apiVersion })
    const request = { apiKey, apiVersion, correlationId, bytes: frame, connection: this.#number }
    return outcomeOf(request, await this.#faults.onRequest(request))
  }

  async #answer(frame: Buffer): Promise<Outcome> {
    const correlationId = frame.readInt32BE(0)
    const { apiKey, apiVersion } = this.#questions.get(correlationId) ?? {
      apiKey: -1,
      apiVersion: -1,
    }
    this.#questions.delete(correlationId)
    const answer = { apiKey, apiVersion, correlationId, bytes: frame, connection: this.#number }
    return outcomeOf(answer, await this.#faults.onAnswer(answer))
  }
}

function outcomeOf({ bytes }: RequestFrame, verdict: Verdict): Outcome {
  if (verdict === 'drop' || verdict === 'reset') return verdict
  if (verdict === 'pass') return framed(bytes)
  return 'raw' in verdict ? verdict.raw : framed(verdict)
}

function frames(): (chunk: Buffer) => readonly Buffer[] {
  const cutter = new FrameCutter()
  return (chunk) => cutter.push(chunk)
}

const asItIs = (chunk: Buffer): readonly Buffer[] => [chunk]
const passed = (chunk: Buffer): Promise<Outcome> => Promise.resolve(chunk)
