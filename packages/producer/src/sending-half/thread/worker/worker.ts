/*
 * The first file of the sender's thread. The build makes one text of it and of all that it imports: see `tooling/build/worker-text.ts`.
 */
import { parentPort, workerData } from 'node:worker_threads'
import type { ThreadData } from '../thread-data.js'
import { runThread } from './run-thread.js'

runThread(parentPort!, workerData as ThreadData)
