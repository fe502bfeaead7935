import { createProducer } from '@sluice/producer'

/**
 * Loads what a producer loads when it is first needed, which takes real time. It must be called outside of a simulation.
 */
export async function loadLateCode(): Promise<void> {
  const producer = createProducer({
    transactionalId: 'none',
    bootstrapServers: 'nowhere:1',
    maxBlockMs: 1,
    transport: { connect: () => Promise.reject(new Error('there is nothing')) },
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  })
  await producer.beginTransaction().catch(() => {})
  await producer.close()
}
