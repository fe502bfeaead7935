import process from 'node:process'
import { invalidOption } from '../../invalid.js'

/** @throws KafkaError INVALID_OPTION where this process may start no threads */
export function checkPermission(): void {
  const { permission } = process as { permission?: { has(scope: string): boolean } }
  if (permission === undefined || permission.has('worker')) return
  throw invalidOption(
    'senderThread: this process runs with --permission and may start no threads: start node with --allow-worker, or leave senderThread out',
  )
}
