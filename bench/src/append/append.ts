import { createFront } from '@sluice/accumulator/front'
import { createQueue } from '@sluice/accumulator/queue'
import { uniformStickyPartitioner } from '@sluice/partitioner'
import { composeProducer, nodeRuntime, type Producer } from '@sluice/producer/compose'
import { printBar } from '../print-bar.js'
import { instantSendingHalf } from './instant-sending-half.js'

const rounds = 9
const count = 1_000_000
const buffer = Buffer.alloc(100, 'x')
const text = 'x'.repeat(100)
/** Batches of a hundred records, whatever the number of partitions. The memory must hold such a batch for each partition. */
const equalFill = { batchRecords: 100, bufferBytes: 1_073_741_824 }

/** One kind of load. One producer serves all rounds, and a round sends `count` records. */
interface Load {
  readonly name: string
  readonly producer: Producer
  round(): Promise<unknown>
}

/**
 * The cost of a record from `enqueue` or `send` to its settlement, with a sending half that acknowledges at once: intake
 * and accumulator, without brokers. The loads take turns, so that a noisy moment of the machine hits all of them.
 */
export async function append(): Promise<void> {
  const loads = [
    enqueueing('enqueue, 12 partitions, Buffer', buffer, 12),
    enqueueing('enqueue, 12 partitions, string', text, 12),
    enqueueing('enqueue, 12 partitions, 100 a batch', buffer, 12, equalFill),
    enqueueing('enqueue, 10 000 partitions, 100 a batch', buffer, 10_000, equalFill),
    awaiting('await send() by 1 000 tasks', buffer, 1_000),
  ]
  const samples = loads.map((): Sample[] => [])
  for (let round = -1; round < rounds; round++) {
    for (const [index, load] of loads.entries()) {
      const sample = await measured(load)
      if (round >= 0) samples[index]!.push(sample)
    }
  }
  for (const { producer } of loads) await producer.close()
  print(loads, samples)
}

interface Sample {
  readonly cpuNanos: number
  readonly perSecond: number
}

async function measured({ round }: Load): Promise<Sample> {
  const cpu = process.cpuUsage()
  const begun = performance.now()
  await round()
  const ms = performance.now() - begun
  const { user, system } = process.cpuUsage(cpu)
  return { cpuNanos: ((user + system) * 1_000) / count, perSecond: count / (ms / 1_000) }
}

function print(loads: readonly Load[], samples: readonly Sample[][]): void {
  console.log(`Node ${process.version}, records of 100 bytes, best and median of ${rounds} rounds`)
  const best = loads.map(({ name }, index) => {
    const nanos = samples[index]!.map(({ cpuNanos }) => cpuNanos).sort((a, b) => a - b)
    const perSecond = Math.max(...samples[index]!.map((sample) => sample.perSecond))
    const [lowest, median] = [nanos[0]!, nanos[rounds >> 1]!]
    console.log(
      `${name.padEnd(42)}${lowest.toFixed(0).padStart(5)} ns CPU ${median.toFixed(0).padStart(5)} ns${(perSecond / 1e6).toFixed(2).padStart(7)} M records/s`,
    )
    return lowest
  })
  const most = Number.parseInt(process.versions.node) >= 24 ? 250 : 375
  const rate = Math.max(...samples[4]!.map(({ perSecond }) => perSecond)) / 1e6
  printBar(best[0]! <= most, `enqueue costs ${best[0]!.toFixed(0)} ns`, `${most} at most`)
  const spread = `10 000 partitions cost ${best[3]!.toFixed(0)} ns, ${(best[3]! / best[2]!).toFixed(2)} times what 12 do`
  printBar(best[3]! <= 1.5 * most, spread, `${1.5 * most} ns at most`)
  printBar(rate >= 0.8, `${rate.toFixed(2)} M awaited sends/s`, '0.8 at least')
}

function enqueueing(
  name: string,
  value: Buffer | string,
  partitions: number,
  options: Partial<typeof equalFill> = {},
): Load {
  const producer = producerOf(partitions, options)
  return {
    name,
    producer,
    async round() {
      for (let i = 0; i < count; i++) {
        const room = producer.enqueue({ topic: 'bench', value, partition: i % partitions })
        if (!room) await producer.drained()
      }
      await producer.flush()
    },
  }
}

function awaiting(name: string, value: Buffer, tasks: number): Load {
  const producer = producerOf(12)
  const task = async (from: number): Promise<void> => {
    for (let i = from; i < count; i += tasks)
      await producer.send({ topic: 'bench', value, partition: i % 12 })
  }
  const round = () => Promise.all(Array.from({ length: tasks }, (_, from) => task(from)))
  return { name, producer, round }
}

function producerOf(partitions: number, given: Partial<typeof equalFill> = {}): Producer {
  const runtime = nodeRuntime()
  const sendingHalf = instantSendingHalf(createQueue, partitions, given)
  const front = createFront({
    ...given,
    runtime,
    toQueue: (message) => sendingHalf.receive(message),
  })
  return composeProducer(
    { partitioner: uniformStickyPartitioner(), front, sendingHalf },
    { runtime, maxRequestBytes: 1_048_576 },
  )
}
