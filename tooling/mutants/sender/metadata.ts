import type { Mutant } from '../mutant.js'

const window = 'packages/sender/src/partition/sequence-window.ts'
const partitions = 'packages/sender/src/partition/partitions.ts'
const feed = 'packages/sender/src/topics/metadata-feed.ts'
const refused = 'packages/sender/test/refused-topics.test.ts'
const metadata = 'packages/sender/test/metadata-feed.test.ts'
const ofPartition = 'packages/sender/test/partition.test.ts'
const gone = 'packages/sender/test/gone-topics.test.ts'

/** What the metadata tells of topics that are gone, refused or unchanged. */
export const metadataMutants: readonly Mutant[] = [
  {
    name: 'gone: a topic that is missing for a moment counts as gone',
    file: 'packages/sender/src/topics/missing-topics.ts',
    find: '      if (now - since < goneAfterMs) return\n',
    replace: '      if (now < since) return\n',
    killedBy: {
      file: metadata,
      title: 'a topic is gone when the metadata has lacked it for a minute, not before',
    },
    why: 'With each broker that lags behind every partition of the topic takes another epoch.',
  },
  {
    name: 'gone: the minute goes on although the topic came back',
    file: feed,
    find: '    else this.#missing.delete(name)\n',
    replace: '',
    killedBy: {
      file: metadata,
      title: 'a topic is gone when the metadata has lacked it for a minute, not before',
    },
    why: 'With each broker that lags behind every partition of the topic takes another epoch.',
  },
  {
    name: 'gone: the partitions of the topic are remembered',
    file: 'packages/sender/src/send-loop.ts',
    find: 'gone: (topic) => partitions.forget(topic),',
    replace: 'gone: () => true,',
    killedBy: {
      file: gone,
      title: 'a topic that was gone for a minute and comes back begins with the next epoch',
    },
    why: 'A service that creates and deletes topics all day costs memory all day.',
  },
  {
    name: 'gone: a partition is forgotten while a batch is in flight',
    file: partitions,
    find: '    if (!partitions.every(({ window }) => window.isClear)) return false\n',
    replace: '',
    killedBy: {
      file: ofPartition,
      title: 'a topic that is forgotten begins with a higher epoch',
    },
    why: 'Its answer finds no batch, and while the sequence is unknown a retry is written twice.',
  },
  {
    name: 'gone: a partition is forgotten while a batch is to be sent again',
    file: window,
    find: 'return this.entries.every(({ batch }) => batch === null)',
    replace: 'return this.inFlight === 0',
    killedBy: {
      file: gone,
      title: 'a batch that is to be sent again keeps its sequence however long its topic is gone',
    },
    why: 'The batch goes under a new sequence, though it may be in the log: it is written twice.',
  },
  {
    name: 'gone: a partition that is forgotten leaves no epoch behind',
    file: partitions,
    find: 'partitions.map((partition) => partition.retire())',
    replace: '[true]',
    killedBy: {
      file: ofPartition,
      title: 'a topic that is forgotten begins with a higher epoch',
    },
    why: 'A broker that still has the log takes new records for duplicates of old ones: they are acknowledged and lost.',
  },
  {
    name: 'a topic that the cluster refuses keeps its records waiting',
    file: feed,
    find: 'return (this.#published.get(topic)?.error ?? null) !== null',
    replace: 'return false',
    killedBy: {
      file: refused,
      title: 'what is queued for a topic that the cluster refuses fails at once',
    },
    why: 'F26: a wrong ACL shows only after the delivery time-out.',
  },
  {
    name: 'a topic that was refused once is refused for ever',
    file: feed,
    find: '      this.#published.set(name, news)\n',
    replace: '      if (!this.isRefused(name)) this.#published.set(name, news)\n',
    killedBy: {
      file: refused,
      title: 'a topic that was refused once keeps its records while it has no leader',
    },
    why: 'F26: after the ACL was mended, records fail whenever a broker of theirs is stopped.',
  },
  {
    name: 'the front is told of topics that have not changed',
    file: feed,
    find: 'if (news === null || (news === before && !wanted.has(name))) continue',
    replace: 'if (news === null) continue',
    killedBy: {
      file: metadata,
      title: 'only the topic that has changed is told again, also where the metadata tells only',
    },
    why: 'With each change of the cluster every topic costs a message to the front.',
  },
]
