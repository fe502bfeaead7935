import type { Registry } from 'prom-client'

const sample = /^([a-z][a-z0-9_]*)\{([^}]*)\} (\S+)$/

/**
 * Reads a page as Prometheus does: each line is a comment or a sample.
 *
 * @returns by metric: the value of each series, by its labels
 * @throws Error for a line that is neither, and for a value that is no finite number
 */
export async function seriesOf(registry: Registry): Promise<Map<string, Record<string, number>>> {
  const metrics = new Map<string, Record<string, number>>()
  for (const line of (await registry.metrics()).split('\n')) {
    if (line === '' || line.startsWith('# HELP ') || line.startsWith('# TYPE ')) continue
    const [, name, labels, value] = sample.exec(line) ?? []
    if (name === undefined || !Number.isFinite(Number(value)))
      throw new Error(`not a sample: ${line}`)
    const series = metrics.get(name) ?? {}
    series[labels!] = Number(value)
    metrics.set(name, series)
  }
  return metrics
}
