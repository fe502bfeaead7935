import type { Mutant } from '../mutant.js'

const window = 'packages/sender/src/partition/sequence-window.ts'
const queries = 'packages/sender/src/partition/queries.ts'
const attempt = 'packages/sender/src/partition/attempt.ts'
const sentBatch = 'packages/sender/src/partition/sent-batch.ts'
const partitions = 'packages/sender/test/partition.test.ts'
const sequences = 'packages/sender/test/sequences.test.ts'
const retries = 'packages/sender/test/retries.test.ts'
const windows = 'packages/sender/test/sequence-window.test.ts'

/** What the window holds of the batches of a partition: their fates, their attempts and their tombstones. */
export const windowMutants: readonly Mutant[] = [
  {
    name: 'a batch that was answered counts as in flight',
    file: window,
    find: "  answered(sent: SentBatch): void {\n    sent.fate = 'queued'\n",
    replace: '  answered(sent: SentBatch): void {\n',
    killedBy: { file: retries, title: 'UNKNOWN_TOPIC_OR_PARTITION is retried' },
    why: 'The partition waits for an answer that has come, and sends nothing more.',
  },
  {
    name: 'the window keeps the first attempt of a batch',
    file: window,
    find: '    sent.attempt = attempt\n',
    replace: '',
    killedBy: {
      file: 'packages/sender/test/recreated-topics.test.ts',
      title:
        'batches refused by the old topic id go to the new topic, one ahead with sequence 0 of the next epoch',
    },
    why: 'The batch is sent by the id of the deleted topic until its time is over.',
  },
  {
    name: 'attempts are not counted',
    file: window,
    find: '    sent.attempts++\n',
    replace: '',
    killedBy: { file: retries, title: 'the pause before a retry doubles up to its limit' },
    why: 'The back-off does not grow, and the error says that there was no attempt.',
  },
  {
    name: 'a batch that was given up and may be written counts as absent',
    file: window,
    find: "isUnresolved(this, sent) ? 'unresolved' : 'absent'",
    replace: "'absent'",
    killedBy: {
      file: 'packages/sender/test/expiry.test.ts',
      title:
        'OUT_OF_ORDER behind a lost batch proves nothing for a batch that may have been written: it fails, and batches that were never sent get new sequences',
    },
    why: 'A batch behind it that is in the log gets a new sequence, and is written twice.',
  },
  {
    name: 'a batch that was given up and is absent counts as unresolved',
    file: window,
    find: "isUnresolved(this, sent) ? 'unresolved' : 'absent'",
    replace: "'unresolved'",
    killedBy: {
      file: sequences,
      title:
        'a batch without an answer, behind a rejected one, gets a new sequence only after the broker has refused its old one',
    },
    why: 'One bad record costs the batches behind it when the connection is lost.',
  },
  {
    name: 'a batch without a sequence leaves a tombstone',
    file: window,
    find: 'if (sent.sequence < 0) this.entries.splice(this.entries.indexOf(sent), 1)\n    else this.#end',
    replace: 'this.#end',
    killedBy: {
      file: windows,
      title: 'a batch that is given up before it has a new sequence proves nothing',
    },
    why: 'A batch behind it that is in the log counts as absent, and is written twice.',
  },
  {
    name: 'tombstones of different fates are merged',
    file: window,
    find: 'before?.batch === null && before.fate === fate && before.outOfOrder === outOfOrder',
    replace: 'before?.batch === null && before.outOfOrder === outOfOrder',
    killedBy: {
      file: windows,
      title: 'an absent batch behind one that may be written is not forgotten',
    },
    why: 'A batch behind the absent one fails, though it is surely not in the log.',
  },
  {
    name: 'a tombstone that is out of order is merged with one in order',
    file: window,
    find: 'before?.batch === null && before.fate === fate && before.outOfOrder === outOfOrder',
    replace: 'before?.batch === null && before.fate === fate',
    killedBy: {
      file: windows,
      title: 'a batch that was written out of order is not forgotten behind one in order',
    },
    why: 'The batch that it overtook gets a new sequence, and is written behind it.',
  },
  {
    name: 'equal tombstones are all kept',
    file: window,
    find: '...(repeats ? [] : [{ batch: null, fate, outOfOrder }])',
    replace: '{ batch: null, fate, outOfOrder }',
    killedBy: {
      file: partitions,
      title: 'a partition that fails all day does not remember all day',
    },
    why: 'The window grows with each batch that fails, and every query with it.',
  },
  {
    name: 'tombstones are kept although a batch behind them is written',
    file: window,
    find: 'if (settled > 0) this.entries.splice(0, settled)',
    replace: 'if (settled < 0) this.entries.splice(0, settled)',
    killedBy: {
      file: windows,
      title: 'once a batch is written, nothing before it is remembered',
    },
    why: 'A partition that fails now and then remembers all its life, and every query goes through that.',
  },
  {
    name: 'a tombstone is forgotten before a batch behind it is written',
    file: window,
    find: "if (fate === 'written') settled = at + 1",
    replace: 'settled = at + 1',
    killedBy: {
      file: partitions,
      title:
        'what lies behind an absent batch is absent, until the log has taken a batch behind it',
    },
    why: 'A batch behind the absent one fails, though it is surely not in the log.',
  },
  {
    name: 'with a written batch the window forgets open batches before it',
    file: window,
    find: 'if (batch !== null) break',
    replace: 'if (batch !== null) continue',
    killedBy: {
      file: partitions,
      title: 'a batch that was written ahead of an absent one overtakes everything before it',
    },
    why: 'A batch that is retried gets a new sequence, and is written behind the later one or twice.',
  },
  {
    name: 'with new sequences the tombstones stay',
    file: window,
    find: '    this.entries.splice(0, Infinity, ...this.entries.filter(({ batch }) => batch !== null))\n',
    replace: '',
    killedBy: {
      file: windows,
      title: 'what was absent in the epoch before proves nothing in the next epoch',
    },
    why: 'A batch of the new epoch that is in the log counts as absent, and is written twice.',
  },
  {
    name: 'with new sequences a batch stays out of order',
    file: window,
    find: '      sent.outOfOrder = false\n',
    replace: '',
    killedBy: {
      file: windows,
      title: 'with new sequences no part of a batch overtakes another',
    },
    why: 'A part that could be sent under a new sequence fails as if the log had the part behind it.',
  },
  {
    name: 'an absent batch still proves that nothing behind it was written',
    file: window,
    find: '    if (isBehindAbsent(this, sent)) this.#doubtAbsent()\n',
    replace: '',
    killedBy: {
      file: 'packages/sender/test/recreated-topics.test.ts',
      title:
        'a batch by name that may be written, behind a rejected one, fails when the new log has a batch behind it',
    },
    why: 'The batch gets a new sequence and is written behind the later one, or a second time.',
  },
  {
    name: 'a batch that the deleted topic lacks proves something of the new topic',
    file: window,
    find: '    this.#doubtAbsent()\n    this.recreations = recreations\n',
    replace: '    this.recreations = recreations\n',
    killedBy: {
      file: windows,
      title: 'what the log before lacked proves nothing of a topic that was created again',
    },
    why: 'A batch that was sent by name and is in the new log gets a new sequence, and is written twice.',
  },
  {
    name: 'an absent batch is doubted only where it is the last one',
    file: window,
    find: "for (const entry of this.entries) if (entry.fate === 'absent') entry.fate = 'unresolved'",
    replace:
      "for (const entry of this.entries.slice(-1)) if (entry.fate === 'absent') entry.fate = 'unresolved'",
    killedBy: {
      file: partitions,
      title:
        'what lies behind an absent batch is absent, until the log has taken a batch behind it',
    },
    why: 'The batch gets a new sequence and is written behind the later one, or a second time.',
  },
  {
    name: 'a refused sequence leaves the batches behind it unresolved',
    file: window,
    find: 'rejectSequence(): void {\n    for (const sent of this.#open())',
    replace: 'rejectSequence(): void {\n    for (const sent of this.#open().slice(0, 1))',
    killedBy: {
      file: partitions,
      title: 'when the first sequence is refused for good, every batch is resolved as absent',
    },
    why: 'Each of them is sent once more with its old sequence, and fails though it is surely not in the log.',
  },
  {
    name: 'a refused sequence makes the logs of deleted topics forgotten',
    file: window,
    find: `sent.unresolved = sent.unresolved.filter(
        ({ byName, attempt }) => !byName && isOfPreviousTopic(this, attempt),
      )`,
    replace: 'sent.unresolved = []',
    killedBy: {
      file: windows,
      title: 'a refusal by the new topic says nothing of the log of the topic before',
    },
    why: 'The error says that the record was not written, though consumers may have read it from the deleted topic.',
  },
  {
    name: 'all logs count as one',
    file: attempt,
    find: 'return a.topicId === b.topicId && a.recreations === b.recreations',
    replace: 'return true',
    killedBy: {
      file: windows,
      title: 'of the attempts that may have written a batch the last one in each log is remembered',
    },
    why: 'A batch that may be in the log of a former topic is sent to that topic again, and is written twice.',
  },
  {
    name: 'the logs of a topic before and after it was created again count as one',
    file: attempt,
    find: 'return a.topicId === b.topicId && a.recreations === b.recreations',
    replace: 'return a.topicId === b.topicId',
    killedBy: {
      file: windows,
      title: 'of the attempts that may have written a batch the last one in each log is remembered',
    },
    why: 'Once the later attempt is refuted, the earlier one is forgotten: the error says that the record was not written.',
  },
  {
    name: 'each attempt that may have written a batch is remembered',
    file: window,
    find: '(one) => one.byName !== byName || !isSameLog(one.attempt, attempt)',
    replace: '() => true',
    killedBy: {
      file: windows,
      title: 'of the attempts that may have written a batch the last one in each log is remembered',
    },
    why: 'A batch that is retried for long costs more memory with each attempt.',
  },
  {
    name: 'a batch before an absent one counts as behind it',
    file: queries,
    find: "    if (entry === sent) return false\n    if (entry.fate === 'absent') return true",
    replace: "    if (entry.fate === 'absent') return true",
    killedBy: {
      file: sequences,
      title:
        'a batch that may be written, before a rejected one, fails when its sequence is refused',
    },
    why: 'It may be in the log, and would be written twice.',
  },
  {
    name: 'a batch that awaits a probe counts as open',
    file: queries,
    find: "entry.batch !== null && entry.fate !== 'awaitingProbe' && entry.sequence >= 0",
    replace: 'entry.batch !== null && entry.sequence >= 0',
    killedBy: {
      file: partitions,
      title:
        'only the first open batch can be probed, and only where a batch behind it may be written',
    },
    why: 'No batch behind it is the first, so the probe decides nothing and is retried until its time is over.',
  },
  {
    name: 'without its refused records a batch leaves no gap before what was sent behind it',
    file: 'packages/sender/src/partition/sequence-window.ts',
    find: 'const hasGap = sent.sequence >= 0 && at < this.entries.length - 1',
    replace: 'const hasGap = false',
    killedBy: {
      file: 'packages/sender/test/excluded-records.test.ts',
      title:
        'what was sent behind a batch with refused records goes again behind the rest of it, under new sequences',
    },
    why: 'The broker waits for sequences that never come, and rejects what is behind.',
  },
  {
    name: 'all parts of a batch have its sequence',
    file: sentBatch,
    find: 'nextSequence(this.sequence, from)',
    replace: 'this.sequence',
    killedBy: {
      file: 'packages/sender/test/splitting.test.ts',
      title:
        'a batch too large for its topic goes again in parts, with the sequences it had, before what was sent behind it',
    },
    why: 'The broker takes the second part for the first, or rejects it.',
  },
  {
    name: 'parts of a batch take their place behind all that was sent',
    file: window,
    find: 'this.entries.splice(this.entries.indexOf(sent), 1, ...parts)',
    replace: 'this.entries.splice(this.entries.indexOf(sent), 1)\n    this.entries.push(...parts)',
    killedBy: { file: partitions, title: 'the parts of a batch take its place and its sequences' },
    why: 'A batch behind them counts as the first, and its rejection gives everything new sequences.',
  },
]
