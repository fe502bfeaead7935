import { expect } from 'vitest'
import { Orders } from '../src/orders.js'

/** Lets the service do each thing that it can. @returns the lines that it has logged */
export async function playOrders(brokers: string[]): Promise<string[]> {
  const lines: string[] = []
  const orders = new Orders({ brokers, log: (line) => lines.push(line) })
  await orders.start()
  expect(await orders.take({ id: '1', region: 'us', cents: 5 })).toEqual({
    topicName: 'orders',
    partition: 1,
    errorCode: 0,
    baseOffset: '0',
    logAppendTime: '-1',
    logStartOffset: '0',
  })
  await orders.takeAll(['eu', 'asia', 'moon'].map((region) => ({ id: region, region, cents: 1 })))
  await orders.bill({ id: '2', region: 'eu', cents: 7 })
  await expect(orders.bill({ id: '3', region: 'eu', cents: -1 })).rejects.toThrow(
    'less than nothing',
  )
  await orders.stop()
  expect(orders.requests).toBeGreaterThan(0)
  return lines
}

/** What is in the topics then, to a reader of what is committed. */
export const played = {
  orders: ['0 2', '0 eu', '1 1', '2 asia', '2 moon'],
  bills: ['0 2'],
  lines: [
    'WARN Producer: Limiting retries for the idempotent producer may invalidate EoS guarantees',
  ],
}
