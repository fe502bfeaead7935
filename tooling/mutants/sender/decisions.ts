import type { Mutant } from '../mutant.js'

const decide = 'packages/sender/src/partition/decide.ts'
const queries = 'packages/sender/src/partition/queries.ts'
const attempt = 'packages/sender/src/partition/attempt.ts'
const window = 'packages/sender/src/partition/sequence-window.ts'
const outcomes = 'packages/sender/src/produce/outcomes.ts'
const endings = 'packages/sender/src/produce/endings.ts'
const sequences = 'packages/sender/test/sequences.test.ts'
const splitting = 'packages/sender/test/splitting.test.ts'
const retries = 'packages/sender/test/retries.test.ts'
const partitions = 'packages/sender/test/partition.test.ts'
const probes = 'packages/sender/test/probes.test.ts'

/** What becomes of a batch after an answer, and of the batches that await a probe. */
export const decisionMutants: readonly Mutant[] = [
  {
    name: 'the good records of a batch that may be written go again without the refused ones',
    file: decide,
    find: "situation.isPartlyRefused && !situation.isUnresolved ? 'exclude'",
    replace: "situation.isPartlyRefused ? 'exclude'",
    killedBy: {
      file: 'packages/sender/test/excluded-records.test.ts',
      title:
        'a batch that an earlier attempt may have written fails as a whole when records of it are refused',
    },
    why: 'Records that an earlier attempt has written are written twice.',
  },
  {
    name: 'OUT_OF_ORDER gives a new sequence to a batch that may have been written',
    file: decide,
    find: 'const isAbsent = !situation.isUnresolved || situation.isBehindAbsent',
    replace: 'const isAbsent = true',
    killedBy: {
      file: 'packages/sender/test/expiry.test.ts',
      title:
        'OUT_OF_ORDER behind a lost batch proves nothing for a batch that may have been written: it fails, and batches that were never sent get new sequences',
    },
    why: 'A broker that was stopped and started rejects batches that it has written: the batch is written twice.',
  },
  {
    name: 'a batch that may have been written fails though a batch before it is absent',
    file: decide,
    find: 'const isAbsent = !situation.isUnresolved || situation.isBehindAbsent',
    replace: 'const isAbsent = !situation.isUnresolved',
    killedBy: {
      file: sequences,
      title:
        'a batch without an answer, behind a rejected one, gets a new sequence only after the broker has refused its old one',
    },
    why: 'One bad record costs the batches behind it when the connection is lost.',
  },
  {
    name: 'a stale producer id gives a new sequence to a batch that may have been written',
    file: decide,
    find: 'return afterRejectedSequence(situation, !situation.isUnresolved)',
    replace: 'return afterRejectedSequence(situation, true)',
    killedBy: {
      file: sequences,
      title: 'UNKNOWN_PRODUCER_ID for a batch that may have been written fails it',
    },
    why: 'The broker may have written it before it forgot the producer: it is written twice.',
  },
  {
    name: 'OUT_OF_ORDER gives new sequences while an earlier batch is open',
    file: decide,
    find: "  if (!situation.isFirst) return 'retry'\n",
    replace: '',
    killedBy: {
      file: sequences,
      title:
        'behind a batch that is sent again, OUT_OF_ORDER decides nothing: that batch is sent again too',
    },
    why: 'One lost request bumps the epoch of the whole partition.',
  },
  {
    name: 'an overtaken batch gets a new sequence',
    file: decide,
    find: "return isAbsent && !situation.isOvertaken ? 'resequence' : 'fail'",
    replace: "return isAbsent ? 'resequence' : 'fail'",
    killedBy: {
      file: 'packages/sender/test/recreated-topics.test.ts',
      title:
        'the new log may take the second request by name though the old topic has refused the first: the first batch fails, for it would be written behind the second',
    },
    why: 'It is written behind the later batch.',
  },
  {
    name: 'without idempotence OUT_OF_ORDER is retried',
    file: decide,
    find: "  if (!situation.isSequenced) return 'fail'\n",
    replace: '',
    killedBy: {
      file: sequences,
      title: 'without idempotence OUT_OF_ORDER is a failure like any other',
    },
    why: 'No retry can mend it, and the callers hear of it only at the delivery time-out.',
  },
  {
    name: 'a batch that may be written is split',
    file: decide,
    find: "situation.isDivisible && !situation.isUnresolved ? 'split' : 'fail'",
    replace: "situation.isDivisible ? 'split' : 'fail'",
    killedBy: {
      file: splitting,
      title: 'a batch that may have been written before is not split',
    },
    why: 'The parts are new batches to the broker: they are written a second time.',
  },
  {
    name: 'a single record that is too large is split for ever',
    file: decide,
    find: "situation.isDivisible && !situation.isUnresolved ? 'split' : 'fail'",
    replace: "!situation.isUnresolved ? 'split' : 'fail'",
    killedBy: { file: retries, title: 'MESSAGE_TOO_LARGE fails the batch, persisted: no' },
    why: 'Its send never ends.',
  },
  {
    name: 'DUPLICATE_SEQUENCE_NUMBER is a failure',
    file: decide,
    find: "return code === null || code === 'DUPLICATE_SEQUENCE_NUMBER'",
    replace: 'return code === null',
    killedBy: { file: retries, title: 'DUPLICATE_SEQUENCE_NUMBER is a success without offset' },
    why: 'A record that is in the log is reported as lost.',
  },
  {
    name: 'a refused batch fails before the batches behind it are probed',
    file: decide,
    find: "return action === 'fail' && situation.canBeProbed ? 'awaitProbe' : action",
    replace: 'return action',
    killedBy: {
      file: sequences,
      title:
        'OUT_OF_ORDER for a batch that may be written waits for the answers to those behind it: an OK shows that all were written',
    },
    why: 'Records that are in the log fail after a rolling restart.',
  },
  {
    name: 'a refused batch awaits a probe that no batch behind it can be',
    file: queries,
    find: `return window.entries.some(
    (other) => other !== sent && isOpen(other) && isUnresolved(window, other),
  )`,
    replace: 'return true',
    killedBy: {
      file: sequences,
      title:
        'OUT_OF_ORDER for the first open batch, which may be written, fails it and not what follows',
    },
    why: 'Its callers hear nothing until its time is over.',
  },
  {
    name: 'a batch that awaits a probe has no deadline',
    file: endings,
    find: '      deadlines.add(sent)\n      return true',
    replace: '      return true',
    killedBy: {
      file: sequences,
      title:
        'a refused batch that waits for the answer to another comes to its deadline, and its memory is free',
    },
    why: 'While the broker is silent its callers wait past the delivery time-out.',
  },
  {
    name: 'a batch whose wait for a probe is over keeps its place in the index of deadlines',
    file: endings,
    find: '    for (const sent of awaiting) this.#deps.deadlines.remove(sent)\n',
    replace: '',
    killedBy: {
      file: probes,
      title: 'a batch whose wait for a probe is over has no place in the index of deadlines',
    },
    why: 'A queue that keeps no account of its own settles it twice, and the index remembers it for ever.',
  },
  {
    name: 'a batch that awaits a probe fails when the next batch awaits one, too',
    file: decide,
    find: "  if (action === 'awaitProbe' || action === 'exclude') return 'keep'\n",
    replace: '',
    killedBy: {
      file: sequences,
      title:
        'OUT_OF_ORDER for a batch that may be written waits for the answers to those behind it: an OK shows that all were written',
    },
    why: 'Records that are in the log fail after a rolling restart.',
  },
  {
    name: 'a batch that awaits a probe is kept when the probe must be retried',
    file: outcomes,
    find: "if (result === 'keep') return",
    replace: "if (result === 'keep' || result === 'retry') return",
    killedBy: {
      file: sequences,
      title: 'NOT_LEADER_OR_FOLLOWER behind a refused batch is no answer',
    },
    why: 'Another leader may know it, and is not asked: its callers hear nothing until its deadline.',
  },
  {
    name: 'a batch that awaits a probe is given up when the probe must be retried',
    file: decide,
    find: "  if (action === 'retry') return 'retry'\n",
    replace: '',
    killedBy: {
      file: sequences,
      title: 'CONNECTION_CLOSED behind a refused batch is no answer',
    },
    why: 'One lost connection fails records that are in the log.',
  },
  {
    name: 'a late error of the probe gives up the batches that await it',
    file: decide,
    find: "probeResultOf(isWritten ? 'acknowledge' : 'retry', window, sent)",
    replace: "probeResultOf(isWritten ? 'acknowledge' : 'fail', window, sent)",
    killedBy: {
      file: probes,
      title: 'a late error of the probe makes the batches that await it be sent again',
    },
    why: 'An error that tells nothing of them fails records that are in the log.',
  },
  {
    name: 'a late error counts as an acknowledgement',
    file: decide,
    find: "action: isWritten ? 'acknowledge' : 'fail',",
    replace: "action: 'acknowledge',",
    killedBy: {
      file: 'packages/sender/test/expiry.test.ts',
      title: 'after a late NOT_ENOUGH_REPLICAS it was surely not written',
    },
    why: 'The sequences go on behind one that the log lacks, and everything is rejected.',
  },
  {
    name: 'batches that await a probe are acknowledged when the probe fails',
    file: decide,
    find: "action === 'acknowledge' && window.wasRejectedBySameLeader(sent)",
    replace: 'window.wasRejectedBySameLeader(sent)',
    killedBy: {
      file: sequences,
      title: 'when all batches that may be written are OUT_OF_ORDER they fail, in order',
    },
    why: 'Records are acknowledged that may be lost.',
  },
  {
    name: "another leader's OK counts for a batch that was refused before",
    file: attempt,
    find: 'if (a.recreations !== b.recreations || a.leaderEpoch !== b.leaderEpoch) return false',
    replace: 'if (a.recreations !== b.recreations) return false',
    killedBy: {
      file: sequences,
      title: 'the OK of one leader says nothing of a batch that another leader refused',
    },
    why: 'A leader without state accepts any first sequence: the batch before is acknowledged and lost.',
  },
  {
    name: 'a leader of the deleted topic counts as the same leader',
    file: attempt,
    find: 'if (a.recreations !== b.recreations || a.leaderEpoch !== b.leaderEpoch) return false',
    replace: 'if (a.leaderEpoch !== b.leaderEpoch) return false',
    killedBy: {
      file: probes,
      title: 'a leader is the same only in the same term, at the same log',
    },
    why: 'The new log accepts any first sequence: the batch before is acknowledged and lost.',
  },
  {
    name: 'without leader epochs every leader counts as the same',
    file: attempt,
    find: 'return a.leaderEpoch >= 0 || a.connection === b.connection',
    replace: 'return true',
    killedBy: {
      file: probes,
      title: 'a leader is the same only in the same term, at the same log',
    },
    why: 'Another broker accepts any first sequence: the batch before is acknowledged and lost.',
  },
  {
    name: 'batches that different leaders have refused await one probe',
    file: window,
    find: '    if (this.isProbing && !this.wasRejectedBySameLeader(sent)) return false\n',
    replace: '',
    killedBy: {
      file: partitions,
      title: 'batches that another leader has refused do not wait for the same probe',
    },
    why: 'The answer of one leader acknowledges a batch that only the other one refused: it may be lost.',
  },
  {
    name: 'batches that awaited a probe stay where they are when the wait is over',
    file: window,
    find: "      entry.fate = 'queued'\n      awaiting.push(entry)\n",
    replace: '      awaiting.push(entry)\n',
    killedBy: {
      file: partitions,
      title: 'batches that another leader has refused do not wait for the same probe',
    },
    why: 'They do not count as open, so batches behind them are decided on as if nothing were before them.',
  },
]
