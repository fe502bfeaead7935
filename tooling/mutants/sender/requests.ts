import type { Mutant } from '../mutant.js'

const drain = 'packages/sender/src/produce/drain.ts'
const request = 'packages/sender/src/produce/request.ts'
const oldLeaders = 'packages/sender/src/produce/old-leaders.ts'
const sendLoop = 'packages/sender/src/send-loop.ts'
const loop = 'packages/sender/test/send-loop.test.ts'
const superseded = 'packages/sender/test/superseded-leaders.test.ts'

/** What is taken from the queue, and how it goes to a broker. */
export const requestMutants: readonly Mutant[] = [
  {
    name: 'a new leader is sent to before the old one has answered',
    file: drain,
    find: 'return partition.isIdle || partition.mayDrainBehind(head, this.#attempt(of, node, at))',
    replace:
      'return this.#deps.network.inFlight(node) === 0 || partition.isIdle || partition.mayDrainBehind(head, this.#attempt(of, node, at))',
    killedBy: {
      file: 'packages/sender/test/gate.test.ts',
      title: 'when the leader moves, nothing goes to the new one before the old one has answered',
    },
    why: 'A batch that the old leader still writes may come behind a batch that the new one has written.',
  },
  {
    name: 'a partition with a producer id waits for a new one, too',
    file: drain,
    find: "return producer ?? this.#deps.epochs.initial(at, 'none')",
    replace: "return this.#deps.epochs.initial(at, 'none') && producer",
    killedBy: {
      file: 'packages/sender/test/sequences.test.ts',
      title:
        'INVALID_PRODUCER_EPOCH makes the partition begin again under another producer id, and other partitions keep theirs meanwhile',
    },
    why: 'One fenced partition holds up all others.',
  },
  {
    name: 'a throttled broker is sent to',
    file: drain,
    find: 'while (network.ready(node)) {',
    replace: 'while (network.ready(node) || network.connectionId(node) > 0) {',
    killedBy: { file: loop, title: 'a broker that takes no more keeps nobody else waiting' },
    why: 'Quotas are not obeyed, and requests pile up.',
  },
  {
    name: 'a busy broker is sent batches that are not full',
    file: drain,
    find: 'busy: network.inFlight(node) >= busyFrom,',
    replace: 'busy: false,',
    killedBy: {
      file: loop,
      title:
        'a busy broker is sent full batches, and a batch that was due only because a turn ended',
    },
    why: 'Under load each request carries few records.',
  },
  {
    name: 'acks 0 waits for an answer',
    file: request,
    find: 'expectsAnswer: acks !== 0',
    replace: 'expectsAnswer: true',
    killedBy: {
      file: loop,
      title: 'acks 0 is settled without offset when the bytes are out',
    },
    why: 'No broker answers, and every request times out.',
  },
  {
    name: 'a topic without an id is sent by its id',
    file: request,
    find: 'allHaveIds ? produceApi.maxVersion : lastByName',
    replace: 'produceApi.maxVersion',
    killedBy: {
      file: loop,
      title: 'without a topic id the request is of the last version that has names',
    },
    why: 'The broker knows no such topic.',
  },
  {
    name: 'a request by name counts as one by id',
    file: request,
    find: 'sent.byName = version <= lastByName',
    replace: 'sent.byName = version < 0',
    killedBy: {
      file: 'packages/sender/test/recreated-topics.test.ts',
      title:
        'a request by name without an answer may be in the new log: its batch keeps its sequence',
    },
    why: 'The topic that was created again may have the batch already: it is written twice.',
  },
  {
    name: 'a refused producer id fails partitions that have one',
    file: sendLoop,
    find: '(one) => this.#partitions.of(one).producer === null',
    replace: '() => true',
    killedBy: {
      file: 'packages/sender/test/producer-identity.test.ts',
      title: 'a refused producer id concerns only partitions without an id',
    },
    why: 'Records fail that could be sent.',
  },
  {
    name: 'the loop does not wake to ask for a producer id again',
    file: sendLoop,
    find: 'const producerIdAt = nodes.size > 0 ? this.#epochs.retryAt(now) : Infinity',
    replace: 'const producerIdAt = Infinity',
    killedBy: {
      file: 'packages/sender/test/producer-identity.test.ts',
      title: 'COORDINATOR_LOAD_IN_PROGRESS is retried after a back-off',
    },
    why: 'After one error of the cluster the records wait until something else wakes the loop.',
  },
  {
    name: 'a silent leader holds up its partitions although another leader is named',
    file: oldLeaders,
    find: '(leader.node !== attempt.node || leader.epoch > attempt.leaderEpoch)',
    replace: 'leader.epoch < attempt.leaderEpoch',
    killedBy: {
      file: superseded,
      title:
        'when the cluster names a newer leader, the old one that owes an answer may be silent for 2 s',
    },
    why: 'A broker that hangs holds up its partitions for the whole request time-out.',
  },
  {
    name: 'a leader that has answered counts as silent',
    file: oldLeaders,
    find: '    this.#unanswered.delete(request)\n',
    replace: '',
    killedBy: { file: superseded, title: 'a leader that has answered has no limit' },
    why: 'After a move of the leader a connection in good order is closed, and every request is remembered.',
  },
]
