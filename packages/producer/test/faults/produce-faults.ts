import { type Interceptor, produceError } from '@sluice/embedded-broker'

/** What becomes of a Produce request. */
export type Fault = Interceptor<'Produce'>

/** Written, and the acknowledgement is lost with its connection. */
export const losesTheAnswer: Fault = async (call) => {
  await call.serve()
  return call.close({ reset: true })
}

/** Lost with its connection before anything was written. */
export const losesTheRequest: Fault = (call) => call.close({ reset: true })

/** Acknowledged and not written: what is left where the new leader lacks what the old one had. */
export function losesTheRecords(partition: number, baseOffset: bigint): Fault {
  return produceError('UNKNOWN_SERVER_ERROR', { partition, fields: { errorCode: 0, baseOffset } })
}

/** Lets a request wait here: `arrived` tells that it came, and `release` what becomes of it. */
export function held(): {
  readonly fault: Fault
  readonly arrived: Promise<void>
  release(): void
} {
  let arrive = (): void => {}
  let release = (): void => {}
  const arrived = new Promise<void>((resolve) => (arrive = resolve))
  const released = new Promise<void>((resolve) => (release = resolve))
  const fault: Fault = async () => {
    arrive()
    await released
  }
  return { fault, arrived, release }
}
