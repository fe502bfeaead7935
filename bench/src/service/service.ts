import { once } from 'node:events'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { countRecords, exitOf, spawnChild, startKafka } from '@sluice/test-kafka'
import { printBar } from '../print-bar.js'
import { postOrders } from './load.js'

const rate = 5_000
/** The JVM of the broker goes on compiling under this load, on the same cores, for about half a minute. */
const warmUpSeconds = 40
const seconds = 30
const maxP99Ms = 20

/**
 * What a caller waits for whose web service awaits one `send` for each request: the service of examples/fastify-service, in a
 * process of its own, on a real Kafka, with 5 000 requests a second.
 */
export async function service(): Promise<void> {
  const kafka = await startKafka({ topics: [{ name: 'orders', partitions: 12 }] })
  try {
    const { bootstrapServers } = kafka
    const running = await startService(bootstrapServers)
    const warm = await postOrders(running.address, rate, warmUpSeconds)
    const answers = await postOrders(running.address, rate, seconds)
    await running.terminate()
    const written = Number(await countRecords(bootstrapServers, 'orders'))
    const { p50, p99, p999, perSecond, failed } = answers
    console.log(
      `${Math.round(perSecond)} requests/s, p50 ${ms(p50)}, p99 ${ms(p99)}, p99.9 ${ms(p999)}`,
    )
    console.log(`load average at the end: ${loadavg()[0]!.toFixed(1)}`)
    printBar(p99 < maxP99Ms, `p99 ${ms(p99)}`, `below ${maxP99Ms} ms`)
    printBar(perSecond > 0.98 * rate, `${Math.round(perSecond)} requests/s`, `${rate} within 2 %`)
    printBar(failed === 0, `${failed} requests failed`, 'none')
    const ok = warm.ok + answers.ok
    printBar(
      written >= ok,
      `${written} records for ${ok} answers with 200`,
      'no answer without its record',
    )
  } finally {
    await kafka.stop()
  }
}

async function startService(
  KAFKA: string,
): Promise<{ readonly address: string; terminate(): Promise<void> }> {
  const main = new URL('../../../examples/fastify-service/src/main.ts', import.meta.url)
  const flags = ['--import', 'tsx', '--conditions=@sluice/source']
  const child = spawnChild(process.execPath, [...flags, fileURLToPath(main)], {
    env: { ...process.env, KAFKA },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout!, 'data')
  return {
    address: String(line).trim(),
    async terminate() {
      child.kill('SIGTERM')
      await exitOf(child)
    },
  }
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`
}
