import type { Attributes } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'

/** An SDK of metrics that collects when a test asks for it. It is not registered as the global one. */
export class MetricsInMemory {
  readonly meterProvider: MeterProvider
  readonly #exporter: InMemoryMetricExporter
  readonly #reader: PeriodicExportingMetricReader

  constructor(temporality = AggregationTemporality.CUMULATIVE) {
    this.#exporter = new InMemoryMetricExporter(temporality)
    this.#reader = new PeriodicExportingMetricReader({
      exporter: this.#exporter,
      exportIntervalMillis: 2_147_483_647,
    })
    this.meterProvider = new MeterProvider({ readers: [this.#reader] })
  }

  /** All metrics, as they are now. */
  async collect(): Promise<MetricData[]> {
    this.#exporter.reset()
    await this.#reader.forceFlush()
    const scopes = this.#exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics)
    return scopes.flatMap(({ metrics }) => metrics)
  }

  /** The series of one metric, as they are now. */
  async series(name: string): Promise<{ attributes: Attributes; value: unknown }[]> {
    const found = (await this.collect()).find(({ descriptor }) => descriptor.name === name)
    return (found?.dataPoints ?? []).map(({ attributes, value }) => ({ attributes, value }))
  }

  close(): Promise<void> {
    return this.meterProvider.shutdown()
  }
}
