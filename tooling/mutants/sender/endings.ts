import type { Mutant } from '../mutant.js'

const src = 'packages/sender/src'
const test = 'packages/sender/test'

/** What callers are told, memory, splitting, requests. */
export const endingMutants: readonly Mutant[] = [
  {
    name: 'persisted is always possibly',
    file: `${src}/produce/errors.ts`,
    find: "inFlight || isUnsure(batch) ? ('possibly' as const) : ('no' as const)",
    replace: "'possibly' as const",
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'TOPIC_AUTHORIZATION_FAILED fails the batch, persisted: no',
    },
    why: 'Nobody knows what to send again.',
  },
  {
    name: 'persisted is always no',
    file: `${src}/produce/errors.ts`,
    find: "inFlight || isUnsure(batch) ? ('possibly' as const) : ('no' as const)",
    replace: "'no' as const",
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'UNKNOWN_SERVER_ERROR fails the batch, persisted: possibly',
    },
    why: 'Who sends again writes a second copy.',
  },
  {
    name: 'what is in flight when its time ends was not written',
    file: `${src}/send-loop.ts`,
    find: 'this.#queue.settle(batch, { error: errorOf(batch, true) })',
    replace: 'this.#queue.settle(batch, { error: errorOf(batch, false) })',
    killedBy: {
      file: `${test}/close.test.ts`,
      title:
        'close fails what is in flight and what is queued, in order, and says which may be written',
    },
    why: 'Who sends again writes a second copy.',
  },
  {
    name: 'deadlines are judged before the sockets are read',
    file: `${src}/send-loop.ts`,
    find: 'const upTo = this.#readUpTo',
    replace: 'const upTo = this.#runtime.now()',
    killedBy: {
      file: `${test}/expiry.test.ts`,
      title: 'a turn that took longer than the delivery time-out judges nothing',
    },
    why: 'F35: who blocks the event loop is told that records failed which are acknowledged.',
  },
  {
    name: 'memory is given back before the answer',
    file: `${src}/send-loop.ts`,
    find: 'if (this.#partitions.of(batch).inFlight.has(batch))',
    replace: 'if (false)',
    killedBy: {
      file: `${test}/expiry.test.ts`,
      title: 'a batch in flight times out at its deadline, and its memory stays until the answer',
    },
    why: 'KAFKA-19012: a socket writes the records of another batch.',
  },
  {
    name: 'memory is never given back after a late answer',
    file: `${src}/produce/outcomes.ts`,
    find: `    this.#parts.queue.release(batch)
    const isDone`,
    replace: '    const isDone',
    killedBy: {
      file: `${test}/expiry.test.ts`,
      title: 'a batch in flight times out at its deadline, and its memory stays until the answer',
    },
    why: 'The buffer fills up with what nobody waits for.',
  },
  {
    name: 'a batch whose time is over is queued again',
    file: `${src}/produce/outcomes.ts`,
    find: `if (this.#parts.inFlight.remove(batch)) this.#answeredTooLate(sent, answer, progress)
    else this.#carryOut`,
    replace: `this.#parts.inFlight.remove(batch)
    this.#carryOut`,
    killedBy: {
      file: `${test}/conformance.test.ts`,
      title: 'the sender sends nothing again whose time is over',
    },
    why: 'The caller was told that it failed, sends it again, and it is there twice.',
  },
  {
    name: 'a late refusal leaves the number in use',
    file: `${src}/produce/outcomes.ts`,
    find: 'else progress.gaveUp(batch)',
    replace: 'else progress.accepted(batch, null)',
    killedBy: {
      file: `${test}/expiry.test.ts`,
      title: 'after a late NOT_ENOUGH_REPLICAS it was surely not written: the next one begins anew',
    },
    why: 'Behind a gap that nobody knows of everything is refused.',
  },
  {
    name: 'a batch that may be written is split',
    file: `${src}/partition/decide.ts`,
    find: "batch.count > 1 && !batch.attempt.maybeWritten ? 'split' : 'fail'",
    replace: "batch.count > 1 ? 'split' : 'fail'",
    killedBy: {
      file: `${test}/splitting.test.ts`,
      title: 'a batch that may have been written before is not split',
    },
    why: 'The parts are new batches to the broker: a second copy.',
  },
  {
    name: 'a single record that is too large is split for ever',
    file: `${src}/partition/decide.ts`,
    find: "batch.count > 1 && !batch.attempt.maybeWritten ? 'split' : 'fail'",
    replace: "!batch.attempt.maybeWritten ? 'split' : 'fail'",
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'MESSAGE_TOO_LARGE fails the batch, persisted: no',
    },
    why: 'Its send never ends.',
  },
  {
    name: 'all parts of a batch have its number',
    file: `${src}/produce/outcomes.ts`,
    find: 'attempt.sequence = nextSequence(attempt.sequence, first - batch.first)',
    replace: '',
    killedBy: {
      file: `${test}/splitting.test.ts`,
      title: 'a batch too large for its topic goes again in parts, with the sequences it had',
    },
    why: 'The broker takes the second part for the first, or refuses it.',
  },
  {
    name: 'parts are not among the numbered',
    file: `${src}/produce/outcomes.ts`,
    find: '    progress.numbered.split(batch, parts)\n',
    replace: '',
    killedBy: {
      file: `${test}/splitting.test.ts`,
      title: 'behind the last part of a split batch several batches go at once again',
    },
    why: 'No batch is ever the first again: the partition stays at one at a time.',
  },
  {
    name: 'DUPLICATE_SEQUENCE_NUMBER answers with its offset',
    file: `${src}/produce/outcomes.ts`,
    find: 'const baseOffset = code === null ? answer.baseOffset : -1n',
    replace: 'const baseOffset = answer.baseOffset',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'DUPLICATE_SEQUENCE_NUMBER is a success without offset',
    },
    why: 'The offset in an error is not that of the record.',
  },
  {
    name: 'DUPLICATE_SEQUENCE_NUMBER is a failure',
    file: `${src}/partition/decide.ts`,
    find: "    case 'DUPLICATE_SEQUENCE_NUMBER':\n",
    replace: '',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'DUPLICATE_SEQUENCE_NUMBER is a success without offset',
    },
    why: 'A record that is in the log is reported as lost.',
  },
  {
    name: 'a throttled broker is served',
    file: `${src}/send-loop.ts`,
    find: 'while (this.#network.ready(node)) {',
    replace: 'while (this.#network.ready(node) || this.#network.connectionId(node) > 0) {',
    killedBy: {
      file: `${test}/send-loop.test.ts`,
      title: 'a broker that takes no more keeps nobody else waiting',
    },
    why: 'Quotas are not obeyed, and requests pile up.',
  },
  {
    name: 'a topic that the cluster refuses keeps its records waiting',
    file: `${src}/topics/metadata-feed.ts`,
    find: 'else this.#refusals.set(',
    replace: 'else new Map().set(',
    killedBy: {
      file: `${test}/refused-topics.test.ts`,
      title: 'what is queued for a topic that the cluster refuses fails at once',
    },
    why: 'F26: a wrong ACL shows only after the delivery time-out.',
  },
  {
    name: 'a topic that was refused once is refused for ever',
    file: `${src}/topics/metadata-feed.ts`,
    find: 'if (error === null) this.#refusals.delete(name)',
    replace: 'if (error === null) return',
    killedBy: {
      file: `${test}/refused-topics.test.ts`,
      title: 'the topic works again as soon as the cluster lets us in',
    },
    why: 'F26: the service must be started again after the ACL was mended.',
  },
  {
    name: 'what the broker says of a record is told to the next one',
    file: `${src}/produce/errors.ts`,
    find: '    index,\n    error: refused(',
    replace: '    index: index + 1,\n    error: refused(',
    killedBy: {
      file: `${test}/record-errors.test.ts`,
      title: 'records that a broker names fail with what it said of them',
    },
    why: 'The good record is mended, the bad one sent again.',
  },
  {
    name: 'the producer id is asked for twice at once',
    file: `${src}/producer-id/producer-id-manager.ts`,
    find: '    this.#asking = true\n',
    replace: '',
    killedBy: {
      file: `${test}/producer-identity.test.ts`,
      title: 'the producer id is asked for once at a time',
    },
    why: 'Two ids for one producer, and the second takes effect in between.',
  },
  {
    name: 'a refused producer id fails partitions that have one',
    file: `${src}/send-loop.ts`,
    find: '(one) => !this.#partitions.of(one).identified',
    replace: '() => true',
    killedBy: {
      file: `${test}/producer-identity.test.ts`,
      title: 'a refused producer id concerns only partitions without an id',
    },
    why: 'Records fail that could be sent.',
  },
  {
    name: 'without idempotence batches are numbered and the gate opens',
    file: `${src}/send-loop.ts`,
    find: 'if (this.#options.idempotent) progress.number',
    replace: 'progress.number',
    killedBy: {
      file: `${test}/send-loop.test.ts`,
      title: 'acks 1 carries no producer id',
    },
    why: 'No broker knows these numbers: with several under way a retry overtakes.',
  },
  {
    name: 'acks 0 waits for an answer',
    file: `${src}/produce/request.ts`,
    find: 'expectsAnswer: acks !== 0',
    replace: 'expectsAnswer: true',
    killedBy: {
      file: `${test}/send-loop.test.ts`,
      title: 'acks 0 is settled without offset when the bytes are out',
    },
    why: 'No broker answers, and every request times out.',
  },
  {
    name: 'a topic without an id is asked for by its id',
    file: `${src}/produce/request.ts`,
    find: 'maxVersion: allHaveIds ? produceApi.maxVersion : lastByName',
    replace: 'maxVersion: produceApi.maxVersion',
    killedBy: {
      file: `${test}/send-loop.test.ts`,
      title: 'without a topic id the request is of the last version that has names',
    },
    why: 'The broker knows no such topic.',
  },
  {
    name: 'callers are told in the order of the answer',
    file: `${src}/produce/response.ts`,
    find: 'return answers.sort((a, b) => inOrderOfAppend(a.batch, b.batch))',
    replace: 'return answers',
    killedBy: {
      file: `${test}/retries.test.ts`,
      title: 'records settle in the order of sending',
    },
    why: 'Callbacks come in an order that the broker chooses.',
  },
  {
    name: 'the time of a repeated batch is taken for the broker’s own',
    file: `${src}/produce/outcomes.ts`,
    find: 'answer.logAppendTime === batch.maxTimestamp ? -1 : answer.logAppendTime',
    replace: 'answer.logAppendTime',
    killedBy: {
      file: `${test}/send-loop.test.ts`,
      title: 'the time with which Kafka answers a repeated batch is not taken for its own',
    },
    why: 'All records of the batch seem to be of the last one’s time.',
  },
  {
    name: 'after close the loop goes on',
    file: `${src}/send-loop.ts`,
    find: 'if (this.#queue.closed) return this.#end()',
    replace: '',
    killedBy: {
      file: `${test}/close.test.ts`,
      title: 'close fails what is in flight and what is queued, in order',
    },
    why: 'Close waits for the delivery time-out.',
  },
]
