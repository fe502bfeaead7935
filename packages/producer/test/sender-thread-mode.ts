/**
 * What a cluster of the fault tests adds to a producer's options: `SLUICE_SENDER_THREAD=1` runs them with a sender's thread. Tests
 * that give the producer a clock, or a plug-in that cannot cross, keep the caller's thread.
 */
export const threadMode: { readonly senderThread?: true } =
  process.env['SLUICE_SENDER_THREAD'] === '1' ? { senderThread: true } : {}
