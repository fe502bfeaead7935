import type { Mutant } from './mutant.js'

const memory = 'packages/accumulator/test/memory.test.ts'
const compression = 'packages/accumulator/test/compression.test.ts'
const queue = 'packages/accumulator/test/queue.test.ts'
const lingering = 'packages/accumulator/test/lingering.test.ts'
const waiting = 'packages/accumulator/test/waiting.test.ts'
const abort = 'packages/accumulator/test/abort.test.ts'
const delivery = 'packages/accumulator/test/delivery.test.ts'
const filling = 'packages/accumulator/test/filling.test.ts'
const lettingGo = 'packages/accumulator/test/letting-go.test.ts'
const splitting = 'packages/sender/test/splitting.test.ts'

export const accumulatorMutants: readonly Mutant[] = [
  {
    name: 'a buffer is reused when its batch settles',
    file: 'packages/accumulator/src/queue/queue.ts',
    find: '    batch.settled = true\n',
    replace: '    batch.settled = true\n    this.#giveBack(batch)\n',
    killedBy: {
      file: memory,
      title: 'is used again only after it was released, not when its batch settles',
    },
    why: 'KAFKA-19012: a socket still reads it, so records land in other topics, and their checksum is right.',
  },
  {
    name: 'a buffer is given back twice',
    file: 'packages/accumulator/src/front/batches/unsettled-batches.ts',
    find: 'if (batch === undefined || !batch.bufferLent) return',
    replace: 'if (batch === undefined) return',
    killedBy: { file: memory, title: 'that the queue says twice is free is pooled once' },
    why: 'Two batches would be written into the same bytes.',
  },
  {
    name: 'a buffer is reused while a codec reads it',
    file: 'packages/accumulator/src/queue/queue.ts',
    find: 'if (!batch.withCodec) this.#giveBack(batch)',
    replace: 'this.#giveBack(batch)',
    killedBy: {
      file: compression,
      title: 'keeps the bytes of a batch that is given up until its codec has read them',
    },
    why: 'A codec on another thread reads bytes that change meanwhile.',
  },
  {
    name: 'a batch expires a moment late',
    file: 'packages/accumulator/src/queue/partition-queue.ts',
    find: 'head.deadline <= at',
    replace: 'head.deadline < at',
    killedBy: {
      file: queue,
      title: 'takes the expired ones at exactly their deadline, not before',
    },
    why: 'The sender wakes at the deadline, finds nothing, and wakes again at once, until the clock has moved.',
  },
  {
    name: 'the deadline counts from sealing',
    file: 'packages/accumulator/src/front/batches/sealing.ts',
    find: 'const deadline = since + this',
    replace: 'const deadline = this.#deps.turn.now() + this',
    killedBy: {
      file: lingering,
      title: 'has its deadline deliveryTimeoutMs after its first record',
    },
    why: 'Records that lingered would fail too late.',
  },
  {
    name: 'a waiter is skipped when the head leaves',
    file: 'packages/accumulator/src/front/waiting/waiting-line.ts',
    find: '    if (wasFirst) this.#headLeft.ask()\n',
    replace: '',
    killedBy: { file: waiting, title: 'moves on when a head that is too large leaves' },
    why: 'The waiters behind it wait until other memory is given back, perhaps for ever.',
  },
  {
    name: 'only one waiter is woken',
    file: 'packages/accumulator/src/front/waiting/waiting-line.ts',
    find: "end === 'left') this.#remove(group, index)\n",
    replace: "end === 'left') return this.#remove(group, index), false\n",
    killedBy: {
      file: waiting,
      title: 'goes on with everybody who fits when a large batch makes room for many small records',
    },
    why: 'franz-go 787: small records wait for a large one to end, then one goes on for each batch.',
  },
  {
    name: 'a new record overtakes records that wait for memory',
    file: 'packages/accumulator/src/front/waiting/waiting-line.ts',
    find: 'return this.#standing || topic',
    replace: 'return topic',
    killedBy: {
      file: waiting,
      title: 'lets nobody overtake: a topic is blocked while anybody waits for memory',
    },
    why: 'The records of one caller would change places.',
  },
  {
    name: 'a full line refuses no record',
    file: 'packages/accumulator/src/front/waiting/waiting-memory.ts',
    find: 'if (this.#records > 0 && this.#bytes + cost > this.#limit)\n',
    replace: 'if (this.#records < 0)\n',
    killedBy: {
      file: waiting,
      title: 'holds bufferBytes and then refuses at once, saying what to do',
    },
    why: 'While the brokers are away a producer at full speed takes all memory there is.',
  },
  {
    name: 'memory that is given back wakes no waiter',
    file: 'packages/accumulator/src/front/front.ts',
    find: '        this.#unsettled.release(message.batch, message.buffer)\n        return this.#memoryGiven()',
    replace: '        return this.#unsettled.release(message.batch, message.buffer)',
    killedBy: { file: waiting, title: 'ends first in, first out, when memory is given back' },
    why: 'Sends wait until maxBlockMs although there is room.',
  },
  {
    name: 'the records that are left of a batch are told as if none had left it',
    file: 'packages/accumulator/src/queue/queue-batch.ts',
    find: 'return this.#places === null ? this.first + index : this.#places[index]!',
    replace: 'return this.first + index',
    killedBy: {
      file: 'packages/accumulator/test/conformance.test.ts',
      title: 'tells each record that is left of a batch its own offset, and waits for them',
    },
    why: 'A refused record settles twice, and a written one never.',
  },
  {
    name: 'a split forgets a delivery',
    file: 'packages/accumulator/src/queue/queue-batch.ts',
    find: '      from += count\n',
    replace: '      from += count - 1\n',
    killedBy: {
      file: queue,
      title:
        'tells of each part of a split batch with its own offset, and gives its memory back with the last',
    },
    why: 'One record settles twice, another never.',
  },
  {
    name: 'a split puts its parts in the wrong order',
    file: 'packages/accumulator/src/queue/queue-batch.ts',
    find: 'this.first < other.first)',
    replace: 'this.first > other.first)',
    killedBy: {
      file: queue,
      title: 'is split in its place: the parts go before what was sealed behind it',
    },
    why: 'Records change places, and idempotent brokers refuse them all.',
  },
  {
    name: 'parts are hardly smaller than what was too large',
    file: 'packages/accumulator/src/queue/queue-batch.ts',
    find: 'records.byteLength >> 1',
    replace: 'records.byteLength - 1',
    killedBy: {
      file: splitting,
      title:
        'parts that are still too large are split further, down to the one record that is (KAFKA-8350)',
    },
    why: 'A batch of a thousand records would be refused five hundred times.',
  },
  {
    name: 'a sender cannot flush the parts of a split batch',
    file: 'packages/accumulator/src/front/batches/unsettled-batches.ts',
    find: 'batch.unsettledRecords -= count',
    replace: 'batch.unsettledRecords = 0',
    killedBy: {
      file: splitting,
      title: 'a flush waits for the last part (KAFKA-9312, KAFKA-19479)',
    },
    why: 'A flush that has ended promises that everything was sent.',
  },
  {
    name: 'a sender frees a split batch with its first part',
    file: 'packages/accumulator/src/queue/queue-batch.ts',
    find: '    memory.users += parts.length - 1\n',
    replace: '',
    killedBy: {
      file: splitting,
      title:
        'the memory of a batch is given back once, when its last part is answered (KAFKA-8325)',
    },
    why: 'The other parts are sent with the bytes of other records.',
  },
  {
    name: 'the memory of a split batch is given back with its first part',
    file: 'packages/accumulator/src/queue/queue-batch.ts',
    find: '    memory.users += parts.length - 1\n',
    replace: '',
    killedBy: {
      file: queue,
      title:
        'tells of each part of a split batch with its own offset, and gives its memory back with the last',
    },
    why: 'KAFKA-8325: the other parts are sent with the bytes of other records.',
  },
  {
    name: 'a flush does not wait for the parts of a split batch',
    file: 'packages/accumulator/src/front/batches/unsettled-batches.ts',
    find: 'batch.unsettledRecords -= count',
    replace: 'batch.unsettledRecords = 0',
    killedBy: { file: delivery, title: 'waits for the last part of a batch that was split' },
    why: 'KAFKA-9312, KAFKA-19479: a flush that has ended promises that everything was sent.',
  },
  {
    name: 'what the deliveries of a part hold is not given back',
    file: 'packages/accumulator/src/front/batches/batch-deliveries.ts',
    find: 'bytes += this.#of(index).heldBytes',
    replace: 'bytes += 0',
    killedBy: { file: waiting, title: 'is free again part by part, where its batch was split' },
    why: 'Each split makes bufferBytes smaller, until nothing goes any more.',
  },
  {
    name: 'each part gives back what the whole holds',
    file: 'packages/accumulator/src/front/batches/batch-deliveries.ts',
    find: '    if (count === this.#count) return this.#heldBytes\n',
    replace: '    if (count <= this.#count) return this.#heldBytes\n',
    killedBy: { file: waiting, title: 'is free again part by part, where its batch was split' },
    why: 'Memory would be counted as free that is not, without a bound.',
  },
  {
    name: 'a batch is sealed before it is due',
    file: 'packages/accumulator/src/front/batches/open-batches.ts',
    find: "if (openBatch !== null && openBatch.due !== 'no')",
    replace: 'if (openBatch !== null)',
    killedBy: { file: lingering, title: 'a wanted batch stays open when it is not due' },
    why: 'lingerMs would not hold, and batches would be small, when the message that a batch is wanted comes late.',
  },
  {
    name: 'a batch is never due',
    file: 'packages/accumulator/src/front/batches/due-batches.ts',
    find: "    for (const batch of opened) if (batch.due === 'no') this.#becomeDue(batch, !hurry)\n",
    replace: '',
    killedBy: { file: lingering, title: 'makes a batch due at the end of the turn, not before' },
    why: 'Single records would wait for a second.',
  },
  {
    name: 'a batch put back goes first',
    file: 'packages/accumulator/src/queue/partition-queue.ts',
    find: '    while (next.isBefore(batch)) next = next.inPartition!.after!.item\n',
    replace: '',
    killedBy: {
      file: queue,
      title: 'goes before every later batch of its partition, in whatever order they come back',
    },
    why: 'Batches that come back newest first would be sent in the wrong order.',
  },
  {
    name: 'a full request begins the next one with the same partitions',
    file: 'packages/accumulator/src/queue/queue.ts',
    find: '        this.#groups.beginWith(node, turn)\n',
    replace: '',
    killedBy: {
      file: queue,
      title: 'goes on with who had no turn when several requests come from one ready',
    },
    why: 'KAFKA-13834: the first partitions are served several times before the others.',
  },
  {
    name: 'a partition that was served stays first',
    file: 'packages/accumulator/src/queue/queue.ts',
    find: '  #served(partition: PartitionQueue): void {\n    this.#active.delete(partition)\n    if (!partition.empty) this.#active.add(partition)',
    replace:
      '  #served(partition: PartitionQueue): void {\n    if (partition.empty) this.#active.delete(partition)',
    killedBy: {
      file: queue,
      title: 'serves all partitions in turn when a request holds only some',
    },
    why: 'KAFKA-13834: the last partitions starve.',
  },
  {
    name: 'a partition that may not be drained holds up its broker',
    file: 'packages/accumulator/src/queue/queue.ts',
    find: 'if (batch === null) continue',
    replace: 'if (batch === null) break',
    killedBy: {
      file: queue,
      title: 'skips a partition that may not be drained, and not its broker',
    },
    why: 'The Java client once did so: one partition that is retried stops all others of its broker.',
  },
  {
    name: 'a batch is full although one more record fits',
    file: 'packages/accumulator/src/front/batches/batch-sizes.ts',
    find: '(limit - bytes) * count < bytes',
    replace: '(limit - bytes) * count <= bytes',
    killedBy: {
      file: filling,
      title: 'leaves a batch open that has room for just one more of its average records',
    },
    why: 'Records of one size would leave room in every batch.',
  },
  {
    name: 'a record is told the time of another',
    file: 'packages/accumulator/src/front/batches/batch-deliveries.ts',
    find: 'starts[run + 1]! <= index',
    replace: 'starts[run + 1]! < index',
    killedBy: {
      file: delivery,
      title:
        'tells each record through its own delivery, with what is its own, however they are mixed',
    },
    why: 'Metadata would be wrong, and a caller would be told of the record of another.',
  },
  {
    name: 'the estimate of compression never falls',
    file: 'packages/accumulator/src/front/batches/compression-estimate.ts',
    find: 'Math.max(payloadBytes / recordBytes, this.#ratio - fall)',
    replace: 'Math.max(payloadBytes / recordBytes, this.#ratio)',
    killedBy: { file: compression, title: 'grows slowly until they are full once compressed' },
    why: 'Compressed batches would stay a fraction of batchBytes.',
  },
  {
    name: 'the estimate of compression falls at once',
    file: 'packages/accumulator/src/front/batches/compression-estimate.ts',
    find: 'Math.max(payloadBytes / recordBytes, this.#ratio - fall)',
    replace: 'payloadBytes / recordBytes',
    killedBy: { file: compression, title: 'grows slowly until they are full once compressed' },
    why: 'After one batch of zeros the next ones would be too large for their topic.',
  },
  {
    name: 'a batch that stays keeps later batches in memory',
    file: 'packages/accumulator/src/front/lists/linked-list.ts',
    find: '    this.before = this.after = null\n',
    replace: '',
    killedBy: { file: lettingGo, title: 'keeps nothing of those that come and go meanwhile' },
    why: 'While one partition has no leader, all that is sent to others stays in memory.',
  },
  {
    name: 'a flush never hears that the oldest batch has settled',
    file: 'packages/accumulator/src/front/batches/unsettled-batches.ts',
    find: '    while (this.#oldestId <= this.#newestId && !this.#isUnsettled(this.#oldestId)) this.#oldestId++\n  }\n\n  #forgetIfDone',
    replace: '  }\n\n  #forgetIfDone',
    killedBy: {
      file: delivery,
      title: 'resolves when all that was appended before has settled, whatever the result',
    },
    why: 'A flush would never end.',
  },
  {
    name: 'a record that comes during a close is taken',
    file: 'packages/accumulator/src/front/batches/open-batches.ts',
    find: '    this.#closed = true\n',
    replace: '',
    killedBy: {
      file: delivery,
      title: 'refuses what a record that it fails brings in, and what comes later',
    },
    why: 'It would never settle, for it is never sent.',
  },
  {
    name: 'a waiter goes on in the middle of an abort',
    file: 'packages/accumulator/src/front/waiting/waiting-line.ts',
    find: '    this.#paused = true\n    this.#failGroups([...this.groups], error)',
    replace: '    this.#failGroups([...this.groups], error)',
    killedBy: {
      file: abort,
      title: 'fails a waiter although another that failed before has given it room',
    },
    why: 'A record of the transaction that is aborted would be sent with the next one.',
  },
  {
    name: 'an aborted batch keeps its buffer',
    file: 'packages/accumulator/src/front/batches/open-batches.ts',
    find: '      this.#buffers.giveBack(batch)\n',
    replace: '',
    killedBy: {
      file: abort,
      title: 'gives the memory to a record that begins to wait while others fail',
    },
    why: 'Each abort makes bufferBytes smaller, until nothing goes any more.',
  },
  {
    name: 'an aborted record may have been written',
    file: 'packages/accumulator/src/front/front.ts',
    find: "  if (error.persisted === 'no') return error\n",
    replace: '  if (error !== null) return error\n',
    killedBy: {
      file: abort,
      title: 'makes another error say persisted: no, with all else that it tells',
    },
    why: 'The user would not send it again, although it is surely not in the log.',
  },
  {
    name: 'a batch goes to the codec in the very task in which one has failed',
    file: 'packages/accumulator/src/queue/compression.ts',
    find: 'this.#waiting.push(batch) === 1 && !this.#failed',
    replace: 'this.#waiting.push(batch) === 1',
    killedBy: {
      file: 'packages/sender/test/callers-that-send-again.test.ts',
      title:
        'a caller that sends again at once what the codec fails on leaves the event loop its turns',
    },
    why: 'No timer fires and no socket is read while a caller sends again what the codec fails on.',
  },
]
