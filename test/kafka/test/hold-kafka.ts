import { dirname } from 'node:path'
import { startKafka } from '../src/index.js'

/** Starts a broker, prints its folder and stays until it is ended from outside. */
async function hold(): Promise<void> {
  const cluster = await startKafka()
  console.log(dirname(cluster.brokers[0]?.logFile ?? ''))
  setInterval(() => {}, 1_000_000)
}

void hold()
