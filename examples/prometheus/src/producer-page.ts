import type { ProducerMetrics, ProducerStatus } from '@sluice/producer'
import { Counter, Gauge, type Registry } from 'prom-client'
import { type Figure, figures, type Told } from './figures.js'

/** A producer of any types. */
export interface ShownProducer {
  metrics(): ProducerMetrics
  status(): ProducerStatus
}

/** A series of the page: all its labels, and its value. */
type Shown = readonly [labels: Record<string, string>, value: number]

/** By registry: a registry takes each name once, so its producers share the metrics and are told apart by a label. */
const pages = new WeakMap<Registry, ProducerPage>()

/**
 * Puts the figures of a producer on the page of a registry. They are read when the page is: between two scrapes nothing is done.
 * A producer that was closed leaves the page, and a topic that its figures no longer have does so, too.
 *
 * @param name - the value of the label `producer`, such as the client id. A name that another producer has gets a number.
 * @returns the name on the page
 */
export function showProducer(registry: Registry, name: string, producer: ShownProducer): string {
  const page = pages.get(registry) ?? new ProducerPage(registry)
  pages.set(registry, page)
  return page.add(name, producer)
}

class ProducerPage {
  readonly #producers = new Map<string, ShownProducer>()
  /** What all figures of one page are read from, by name. Null between two pages. */
  #told: ReadonlyMap<string, Told> | null = null

  constructor(registry: Registry) {
    for (const figure of figures) this.#register(registry, figure)
  }

  add(name: string, producer: ShownProducer): string {
    this.#dropClosed()
    let unique = name
    for (let number = 2; this.#producers.has(unique); number++) unique = `${name}-${number}`
    this.#producers.set(unique, producer)
    return unique
  }

  #register(registry: Registry, figure: Figure): void {
    const config = {
      name: `sluice_producer_${figure.name}`,
      help: figure.help,
      labelNames: ['producer', ...figure.labels],
      registers: [],
    }
    const samples = (): Shown[] => this.#samples(figure)
    const metric =
      figure.kind === 'gauge'
        ? new Gauge({
            ...config,
            collect() {
              this.reset()
              for (const [labels, value] of samples()) this.set(labels, value)
            },
          })
        : new Counter({
            ...config,
            collect() {
              this.reset()
              for (const [labels, value] of samples()) this.inc(labels, value)
            },
          })
    registry.registerMetric(metric)
  }

  #samples({ samples }: Figure): Shown[] {
    return [...this.#read()].flatMap(([producer, told]) =>
      [...samples(told)].flatMap(([labels, value]): Shown[] =>
        value === undefined ? [] : [[{ producer, ...labels }, value]],
      ),
    )
  }

  /** prom-client asks for all metrics of a page in one turn: they are read once for it. */
  #read(): ReadonlyMap<string, Told> {
    if (this.#told !== null) return this.#told
    queueMicrotask(() => (this.#told = null))
    this.#dropClosed()
    const told = [...this.#producers].map(
      ([name, one]) => [name, { metrics: one.metrics(), status: one.status() }] as const,
    )
    return (this.#told = new Map(told))
  }

  #dropClosed(): void {
    for (const [name, producer] of this.#producers)
      if (producer.status().reason === 'closed') this.#producers.delete(name)
  }
}
