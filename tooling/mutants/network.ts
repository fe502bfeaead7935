import type { Mutant } from './mutant.js'

const slow = 'packages/network/test/nodes/slow-brokers.test.ts'
const topics = 'packages/network/test/metadata/topics-in-use.test.ts'
const bootstrap = 'packages/network/test/nodes/bootstrap.test.ts'
const throttled = 'packages/network/test/nodes/throttled-brokers.test.ts'
const moved = 'packages/network/test/nodes/moved-cluster.test.ts'
const metadata = 'packages/network/test/metadata/metadata.test.ts'

/** Faults in the choice of the broker to ask, in how long a broker may be silent, and in which answers count. */
export const networkMutants: readonly Mutant[] = [
  {
    name: 'a broker that keeps a request waiting is asked for metadata',
    file: 'packages/network/src/nodes/node-choice.ts',
    find: '!node.ready || node.slow) continue',
    replace: '!node.ready) continue',
    killedBy: { file: slow, title: 'a second connection asks, until that is over' },
    why: 'The question waits behind the Produce for as long as that takes: 30 s for a leader that has died.',
  },
  {
    name: 'a broker that throttles keeps the client from asking another one',
    file: 'packages/network/src/nodes/node-choice.ts',
    find: '!node.slow && !node.throttled && ',
    replace: '!node.slow && ',
    killedBy: { file: throttled, title: 'another one is connected and asked for metadata' },
    why: 'New topics end in METADATA_TIMEOUT although a broker that answers is there.',
  },
  {
    name: 'a throttle ends with its connection',
    file: 'packages/network/src/nodes/nodes.ts',
    find: 'node.throttle(this.#throttles.leftMs(address))',
    replace: 'node.throttle(0)',
    killedBy: {
      file: throttled,
      title: 'a throttle is not forgotten when the cluster is found anew',
    },
    why: 'F27: a broker that asked for quiet is sent the next Produce at once.',
  },
  {
    name: 'the bootstrap servers wait until every known broker has failed',
    file: 'packages/network/src/nodes/node-choice.ts',
    find: 'if (this.#need.note() >= patienceMs) this.#bootstrap.start()',
    replace: 'this.#need.note()',
    killedBy: {
      file: moved,
      title: 'hang up before they are slow do not put off the bootstrap servers',
    },
    why: 'A large cluster that has moved is found anew only after all records have failed.',
  },
  {
    name: 'nobody asks whether a silent leader was replaced',
    file: 'packages/network/src/timers/slow-broker-detector.ts',
    find: 'if (this.#slow) this.#onSlow()',
    replace: '',
    killedBy: {
      file: slow,
      title: 'makes the metadata be refreshed, elsewhere, again and again',
    },
    why: 'Its partitions stand still until the request times out.',
  },
  {
    name: 'a question is asked by one broker only, however long it takes',
    file: 'packages/network/src/metadata/in-flight-metadata.ts',
    find: 'nodes.length < most && nodes.every(({ slow }) => slow)',
    replace: 'nodes.length === 0',
    killedBy: { file: slow, title: 'a question that waits for a second is asked elsewhere' },
    why: 'A stopped broker holds up the metadata of the whole cluster.',
  },
  {
    name: 'an answer that comes after another is believed',
    file: 'packages/network/src/metadata/metadata-refresher.ts',
    find: '      this.#inFlight.clear()\n',
    replace: '',
    killedBy: { file: slow, title: 'a question that waits for a second is asked elsewhere' },
    why: 'Brokers that have joined since are forgotten again, and their connections closed.',
  },
  {
    name: 'a connection with a limit is closed although everything was answered',
    file: 'packages/network/src/timers/old-leader-timeout.ts',
    find: 'if (count >= this.#lastOwed) this.#timer.stop()',
    replace: 'if (count < 0) this.#timer.stop()',
    killedBy: { file: slow, title: 'the last one owed ends the limit' },
    why: 'A broker that waits for replicas loses its connection again and again.',
  },
  {
    name: 'a second connection is opened again and again',
    file: 'packages/network/src/nodes/nodes.ts',
    find: '    if (server === this.#secondConnection && this.#isSlow(server.address)) return\n',
    replace: '',
    killedBy: { file: slow, title: 'a second connection asks, until that is over' },
    why: 'A slow cluster gets a new connection from each client every two seconds.',
  },
  {
    name: 'topics in use are forgotten',
    file: 'packages/network/src/metadata/metadata-cache.ts',
    find: '    entry.used = true\n',
    replace: '',
    killedBy: { file: topics, title: 'a topic that nobody uses is no longer asked about' },
    why: 'Every ten minutes each topic has no leader for the time of a question.',
  },
  {
    name: 'a topic that is gone for a moment is refused',
    file: 'packages/network/src/metadata/metadata-refresher.ts',
    find: 'known !== undefined || schedule.attempts',
    replace: 'schedule.attempts',
    killedBy: {
      file: topics,
      title: 'a topic that was there before is not refused because it is absent',
    },
    why: 'F15: records fail because one broker was slow to hear of a topic.',
  },
  {
    name: 'a bootstrap server that is a known broker has a back-off of its own',
    file: 'packages/network/src/nodes/bootstrap.ts',
    find: 'this.#nodes.at(address) ?? ',
    replace: '',
    killedBy: {
      file: bootstrap,
      title: 'bootstrap servers that are brokers of the cluster are not tried twice',
    },
    why: 'F44: while all brokers are away, each is knocked at twice a back-off.',
  },
  {
    name: 'REBOOTSTRAP_REQUIRED is a failure like others',
    file: 'packages/network/src/metadata/metadata-refresher.ts',
    find: "error.code !== 'REBOOTSTRAP_REQUIRED' && ",
    replace: '',
    killedBy: {
      file: bootstrap,
      title: 'a cluster that says so is found anew by the bootstrap servers',
    },
    why: 'KIP-1102: the client stays with brokers that its cluster has left.',
  },
  {
    name: 'a hint of a leader with an older epoch is taken',
    file: 'packages/network/src/metadata/metadata-cache.ts',
    find: 'known === undefined || known.leaderEpoch >= epoch',
    replace: 'known === undefined',
    killedBy: { file: metadata, title: 'a hint with an older epoch changes nothing' },
    why: 'F14: two brokers that disagree send the client to and fro.',
  },
  {
    name: 'a broker that lags behind outvotes the believed leader',
    file: 'packages/network/src/metadata/leader-doubt.ts',
    find: 'this.#points >= enough && (this.#credible || this.#brokers.size > 1)',
    replace: 'this.#points >= enough',
    killedBy: {
      file: 'packages/network/test/metadata/leader-epochs.test.ts',
      title: 'a broker that lags behind is not believed',
    },
    why: 'F14: an idle partition goes back to its old leader.',
  },
  {
    name: 'a failure is followed by no pause while another question is open',
    file: 'packages/network/src/metadata/metadata-refresher.ts',
    find: '    schedule.failed()\n',
    replace: '    if (runtime.logger === null) schedule.failed()\n',
    killedBy: {
      file: 'packages/network/test/metadata/request-rate.test.ts',
      title: 'with an error is asked after a back-off that doubles',
    },
    why: 'One broker that errs and one that is silent cost thousands of requests a second.',
  },
  {
    name: 'the features of a broker that lags behind replace newer ones',
    file: 'packages/network/src/metadata/metadata-cache.ts',
    find: '    if (features.epoch <= this.#features.epoch) return false\n',
    replace: '',
    killedBy: {
      file: 'packages/network/test/metadata/features.test.ts',
      title: 'those with the highest epoch count',
    },
    why: 'KIP-584: a feature seems to be switched off, and on again, with each connection.',
  },
  {
    name: 'requests are looked at although nobody observes them',
    file: 'packages/network/src/connection/observe.ts',
    find: '  if (observer?.request === undefined) return\n',
    replace: '  if (request.apiName === "" || observer?.request === undefined) return\n',
    killedBy: {
      file: 'packages/network/test/observer.test.ts',
      title: 'with an observer of other things no event is made',
    },
    why: 'Every request pays for an observer that is not there.',
  },
]
