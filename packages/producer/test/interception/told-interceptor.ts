import type { ProducerInterceptor, RecordAcknowledgement } from '../../src/index.js'

/** An interceptor that numbers records, and keeps what it was told of each. */
export class ToldInterceptor implements ProducerInterceptor<{ number: number }> {
  readonly told: (RecordAcknowledgement & { number: number | undefined })[] = []
  #sent = 0

  onSend(
    record: Parameters<Required<ProducerInterceptor>['onSend']>[0],
    state: { number?: number },
  ): typeof record {
    state.number = this.#sent++
    return record
  }

  onAcknowledgement(acknowledgement: RecordAcknowledgement, { number }: { number?: number }): void {
    this.told.push({ ...acknowledgement, number })
  }

  /** Code, topic and partition of each record that has ended, in the order in which it was told. */
  get ends(): string[] {
    return this.told.map(
      ({ error, topic, partition }) => `${error?.code ?? 'acknowledged'} ${topic} ${partition}`,
    )
  }
}
