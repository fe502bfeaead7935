// Plain JavaScript, run by Node itself: a tool between them would decide by which format the packages are found.
const [format, bootstrapServers] = process.argv.slice(2)
const records = 2_000_000
const value = Buffer.alloc(100, 'x')
const keys = Array.from({ length: 10_000 }, (_, i) => `key-${String(i).padStart(12, '0')}`)

void measure()

async function measure() {
  const { createProducer } =
    format === 'CommonJS' ? require('@sluice/producer') : await import('@sluice/producer')
  const producer = createProducer({ bootstrapServers: bootstrapServers.split(',') })
  // V8 compiles the hot path during the first records; they are not measured.
  await flood(producer, records / 4)
  const cpu = process.cpuUsage()
  await flood(producer, records)
  const { user, system } = process.cpuUsage(cpu)
  await producer.close()
  console.log(((user + system) * 1_000) / records)
}

async function flood(producer, count) {
  let failed = 0
  const onDelivery = (error) => {
    if (error !== null) failed++
  }
  for (let i = 0; i < count; i++) {
    const record = { topic: 'bench', key: keys[i % keys.length], value }
    if (!producer.enqueue(record, onDelivery)) await producer.drained()
  }
  await producer.flush()
  if (failed > 0) throw new Error(`${failed} records failed`)
}
