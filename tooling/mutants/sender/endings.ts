import type { Mutant } from '../mutant.js'

const outcomes = 'packages/sender/src/produce/outcomes.ts'
const endings = 'packages/sender/src/produce/endings.ts'
const errors = 'packages/sender/src/produce/errors.ts'
const deadlines = 'packages/sender/src/produce/delivery-deadlines.ts'
const sentBatch = 'packages/sender/src/partition/sent-batch.ts'
const sendLoop = 'packages/sender/src/send-loop.ts'
const wakeTimer = 'packages/sender/src/wake-timer.ts'
const retries = 'packages/sender/test/retries.test.ts'
const expiry = 'packages/sender/test/expiry.test.ts'
const close = 'packages/sender/test/close.test.ts'
const index = 'packages/sender/test/delivery-deadlines.test.ts'

const inFlightAtDeadline =
  'a batch in flight times out at its deadline, and its memory stays until the answer'

/** What callers are told, deadlines, memory, splitting. */
export const endingMutants: readonly Mutant[] = [
  {
    name: 'persisted is always possibly',
    file: errors,
    find: "isPossiblyWritten ? ('possibly' as const) : ('no' as const)",
    replace: "'possibly' as const",
    killedBy: {
      file: retries,
      title: 'TOPIC_AUTHORIZATION_FAILED fails the batch, persisted: no',
    },
    why: 'No caller knows whether it may send the record again.',
  },
  {
    name: 'persisted is always no',
    file: errors,
    find: "isPossiblyWritten ? ('possibly' as const) : ('no' as const)",
    replace: "'no' as const",
    killedBy: {
      file: retries,
      title: 'UNKNOWN_SERVER_ERROR fails the batch, persisted: possibly',
    },
    why: 'A caller that sends the record again writes a second copy.',
  },
  {
    name: 'a batch that is in flight when its time ends was not written',
    file: errors,
    find: "sent?.fate === 'inFlight' || sent?.isPossiblyWritten === true",
    replace: 'sent?.isPossiblyWritten === true',
    killedBy: {
      file: close,
      title:
        'close fails what is in flight and what is queued, in order, and says which may be written',
    },
    why: 'A caller that sends the record again writes a second copy.',
  },
  {
    name: 'a batch that was sent by name and never answered was surely not written',
    file: sentBatch,
    find: 'return this.unresolved.length > 0 || this.unansweredByName',
    replace: 'return this.unresolved.length > 0',
    killedBy: {
      file: 'packages/sender/test/unsure-by-name.test.ts',
      title:
        'a missing sequence before a batch sent by name without an answer proves what there is to prove',
    },
    why: 'It may have been read from a topic that came and went before the metadata told of it, and the caller sends it again.',
  },
  {
    name: 'deadlines are judged before the sockets are read',
    file: sendLoop,
    find: 'const { readUpTo } = this.#timer',
    replace: 'const readUpTo = this.#runtime.now()',
    killedBy: {
      file: expiry,
      title: 'a turn that took longer than the delivery time-out judges nothing',
    },
    why: 'F35: a caller that blocks the event loop is told that records failed that are acknowledged.',
  },
  {
    name: 'a timer that is due counts the sockets as read',
    file: wakeTimer,
    find: `    this.#runtime.setImmediate(() => {
      this.#readUpTo = time
      this.#wake()
    })`,
    replace: `    this.#readUpTo = time
    this.#wake()`,
    killedBy: {
      file: 'packages/sender/test/conformance.test.ts',
      title: 'the sender takes an answer that waited in a socket while the event loop was blocked',
    },
    why: 'F35: a caller that blocks the event loop is told that records failed that are acknowledged.',
  },
  {
    name: 'each run of the loop sets the timer again',
    file: wakeTimer,
    find: '    if (at >= this.#at) return\n',
    replace: '',
    killedBy: {
      file: 'packages/sender/test/wake-timer.test.ts',
      title: 'a timer that is set stays as it is, until an earlier moment comes',
    },
    why: 'While the sender is busy no deadline comes, and records wait past their delivery time-out.',
  },
  {
    name: 'a batch that is handed to a connection has no deadline',
    file: deadlines,
    find: '    this.#batches.add(sent)\n    this.#next = Math.min(this.#next, sent.batch.deadline)\n',
    replace: '    this.#batches.add(sent)\n',
    killedBy: { file: expiry, title: inFlightAtDeadline },
    why: 'While the broker is silent its callers wait past the delivery time-out.',
  },
  {
    name: 'after the first late batch the later deadlines are forgotten',
    file: deadlines,
    find: '      else this.#next = Math.min(this.#next, sent.batch.deadline)\n',
    replace: '',
    killedBy: {
      file: index,
      title: 'each batch is late at its own deadline, and the next deadline is known',
    },
    why: 'While the broker is silent the callers of a later batch wait past the delivery time-out.',
  },
  {
    name: 'a batch whose callers have been told is late once more',
    file: deadlines,
    find: '      if (sent.settled) continue\n',
    replace: '',
    killedBy: {
      file: index,
      title: 'a batch whose callers have been told is not late again',
    },
    why: 'A queue that keeps no account of its own settles the batch twice.',
  },
  {
    name: 'memory is given back before the answer',
    file: endings,
    find: '    this.#deps.queue.settle(sent.batch, { error: this.#deps.scope.failed(error) })\n',
    replace:
      '    this.#deps.queue.settle(sent.batch, { error: this.#deps.scope.failed(error) })\n    this.#deps.queue.release(sent.batch)\n',
    killedBy: { file: expiry, title: inFlightAtDeadline },
    why: 'KAFKA-19012: a socket writes the records of another batch.',
  },
  {
    name: 'the loop runs at once again after failures that no broker has answered',
    file: sendLoop,
    find: 'if (this.#resting) this.#runtime.setImmediate(run)\n    else inMicrotask(run)',
    replace: 'inMicrotask(run)',
    killedBy: {
      file: 'packages/sender/test/callers-that-send-again.test.ts',
      title:
        'a caller that sends again at once while its broker refuses the credentials leaves the event loop its turns',
    },
    why: 'No timer fires and no socket is read while a caller sends again what fails at once.',
  },
  {
    name: 'batches that await a probe go on waiting when it has failed',
    file: endings,
    find: 'if (!partition.window.isProbing || hasProbe(partition.window)) return',
    replace: 'return',
    killedBy: {
      file: 'packages/sender/test/sequences.test.ts',
      title:
        'a batch that waits for the answer to one behind it does not wait any longer when that fails with its topic',
    },
    why: 'Their callers hear nothing until the deadline, although nothing can tell any more.',
  },
  {
    name: 'memory is never given back after a late OK',
    file: endings,
    find: 'if (!sent.settled) queue.settle(sent.batch, { error: null, baseOffset, logAppendTime })',
    replace: `if (sent.settled) return
    queue.settle(sent.batch, { error: null, baseOffset, logAppendTime })`,
    killedBy: { file: expiry, title: inFlightAtDeadline },
    why: 'The buffer fills up with records that have ended.',
  },
  {
    name: 'memory is never given back after a late error',
    file: endings,
    find: '    queue.release(sent.batch)\n    partitions.of(sent.batch).giveUp(sent)',
    replace: '    partitions.of(sent.batch).giveUp(sent)',
    killedBy: { file: expiry, title: 'an expired batch is not sent again' },
    why: 'The buffer fills up with records that have ended.',
  },
  {
    name: 'a batch whose time is over is queued again',
    file: outcomes,
    find: 'const action = sent.settled\n',
    replace: 'const action = sent.settled && code === null\n',
    killedBy: {
      file: 'packages/sender/test/conformance.test.ts',
      title: 'the sender sends nothing again whose time is over',
    },
    why: 'The caller was told that it failed, sends it again, and it is in the log twice.',
  },
  {
    name: 'a late error leaves the sequence in use',
    file: endings,
    find: 'partitions.of(sent.batch).giveUp(sent)',
    replace: 'partitions.of(sent.batch).written(sent, false)',
    killedBy: {
      file: expiry,
      title: 'after a late NOT_ENOUGH_REPLICAS it was surely not written: the next one begins anew',
    },
    why: 'Behind a sequence that the log lacks everything is rejected.',
  },
  {
    name: 'parts of a batch have no place in the window',
    file: endings,
    find: '    partitions.of(sent.batch).window.split(sent, parts)\n',
    replace: '',
    killedBy: {
      file: 'packages/sender/test/splitting.test.ts',
      title: 'behind the last part of a split batch several batches go at once again',
    },
    why: 'The batch stays the first open one for ever: the partition sends one batch at a time.',
  },
  {
    name: 'after close the loop goes on',
    file: sendLoop,
    find: 'if (this.#queue.closed) return this.#end()',
    replace: '',
    killedBy: {
      file: close,
      title: 'close fails what is in flight and what is queued, in order',
    },
    why: 'Close waits for the delivery time-out.',
  },
]
