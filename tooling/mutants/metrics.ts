import type { Mutant } from './mutant.js'

const tests = 'packages/producer/test/metrics'
const source = 'packages/producer/src/metrics'
const sums = {
  file: `${tests}/sums.test.ts`,
  title: 'what metrics() counts adds up to what callers were told, however their records end',
}

/** What a program is told of its producer. */
export const metricsMutants: readonly Mutant[] = [
  {
    name: 'a slice of the last minute keeps what it held before',
    file: `${source}/measures/sliding-window.ts`,
    find: 'this.#cells.fill(0, start, start + this.#sliceLength)',
    replace: '',
    killedBy: {
      file: `${tests}/sliding-window.test.ts`,
      title: 'never shows an hour-old value as a present one, whether a new value came or not',
    },
    why: 'An alert fires for a latency that is long over.',
  },
  {
    name: 'an aborted send counts a second time when its record ends',
    file: 'packages/producer/src/delivery/abortable-send.ts',
    find: 'this.#isAbandoned = true',
    replace: '',
    killedBy: sums,
    why: 'More records have ended than were sent.',
  },
  {
    name: 'a call that is refused is not counted',
    file: 'packages/producer/src/intake/sending.ts',
    find: 'this.#told.add(error, records)',
    replace: '',
    killedBy: sums,
    why: 'Failures before the append show in no figure.',
  },
  {
    name: 'a broker that is gone keeps its series',
    file: `${source}/measures/broker-slot.ts`,
    find: 'isBusy || now - cells[slot.usedAt]! < idleBrokerMs',
    replace: 'true',
    killedBy: {
      file: `${tests}/sending-measures.test.ts`,
      title: 'O06: the series of brokers that are gone disappear after five minutes',
    },
    why: 'Series grow with each broker that ever was.',
  },
  {
    name: 'the number of topics has no limit',
    file: `${source}/topic-totals.ts`,
    find: 'if (this.#topics.size >= topicLimit) return this.others',
    replace: '',
    killedBy: {
      file: `${tests}/topic-totals.test.ts`,
      title: 'O07: ten thousand topics that are sent to once have figures for a thousand',
    },
    why: 'Memory grows with each topic of a tenant.',
  },
  {
    name: 'idle connections make a producer unready',
    file: `${source}/read-status.ts`,
    find: 'if (!standing.wasConnected)',
    replace: 'if (standing.connectedBrokers.length === 0)',
    killedBy: {
      file: `${tests}/read-status.test.ts`,
      title: 'a producer whose idle connections were closed stays ready',
    },
    why: 'A quiet service is taken out of service at night.',
  },
  {
    name: 'a thread that dies leaves its connections in the figures',
    file: `${source}/measures/sending-measures.ts`,
    find: 'for (const gauge of gauges) this.totals[gauge] = 0',
    replace: '',
    killedBy: {
      file: `${tests}/sending-measures.test.ts`,
      title: 'measures read the memory that measures of another thread write',
    },
    why: 'A producer whose thread has died passes for connected.',
  },
]
