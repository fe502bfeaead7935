import type { SendingHalf } from '../../src/index.js'

const nothing = async (): Promise<void> => {}

/** Takes what it gets, and tells the front nothing. */
export const silentSendingHalf: SendingHalf = {
  start: () => {},
  receive: () => {},
  connect: nothing,
  close: nothing,
}
