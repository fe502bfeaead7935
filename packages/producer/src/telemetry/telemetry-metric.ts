/** A figure of the producer that a cluster may want, under the name that Java's producer gives it (KIP-714, KIP-1076). */
export interface TelemetryMetric {
  /** Like `org.apache.kafka.producer.record.send.total`. */
  readonly name: string
  readonly value: number
  /** Whether the figure only grows, from 0 at the beginning of the producer. */
  readonly isTotal: boolean
  /** Such as `{ node_id: '1' }`. */
  readonly labels?: Readonly<Record<string, string>>
}

/**
 * The metrics that a cluster wants, by the beginnings of their names. Series of all topics and brokers share a few names, and a
 * cluster may ask for very many, so each name is looked at once.
 */
export function requestedOf(
  metrics: readonly TelemetryMetric[],
  requested: readonly string[],
): TelemetryMetric[] {
  const names = new Set(metrics.map(({ name }) => name))
  const wanted = new Set([...names].filter((name) => isRequested(name, requested)))
  return metrics.filter(({ name }) => wanted.has(name))
}

function isRequested(name: string, requested: readonly string[]): boolean {
  const all = requested.length === 1 && requested[0] === '*'
  return all || requested.some((beginning) => name.startsWith(beginning))
}

/** Tells series of one name apart. */
export function seriesOf({ name, labels = {} }: TelemetryMetric): string {
  return JSON.stringify([name, ...Object.entries(labels).flat()])
}
