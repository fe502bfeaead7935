import type { Mutant } from './mutant.js'

const onSend = 'packages/producer/test/interception/on-send.test.ts'
const onAcknowledgement = 'packages/producer/test/interception/on-acknowledgement.test.ts'
const intercepted = 'packages/producer/src/interception/intercepted-sending.ts'

export const interceptorMutants: readonly Mutant[] = [
  {
    name: 'interceptors get the caller’s own record',
    file: 'packages/producer/src/interception/intercepted-record.ts',
    find: '  return Object.freeze({\n    topic,',
    replace: '  return Object.assign(record as object, {\n    topic,',
    killedBy: { file: onSend, title: 'which stays as it is' },
    why: 'A record that is sent again would get each header again.',
  },
  {
    name: 'a record that an interceptor has spoilt is sent',
    file: 'packages/producer/src/interception/intercepted-record.ts',
    find: '  checkRecord(record, before, rules.serialized)\n',
    replace: '',
    killedBy: { file: onSend, title: 'is logged once and breaks no send' },
    why: 'A mistake in a tracer would fail the records of the program.',
  },
  {
    name: 'each record of a sendMany is told of with the error of the call',
    file: intercepted,
    find: 'tellEnd(interception, ends?.[at], error)',
    replace: 'tellEnd(interception, undefined, error)',
    killedBy: { file: onAcknowledgement, title: 'is told of with its own end' },
    why: 'Records that are in the log would be counted as lost.',
  },
  {
    name: 'an enqueue that throws tells no interceptor',
    file: intercepted,
    find: '    } catch (error) {\n      interception.failed(error)\n      throw error\n    }\n  }\n\n  /** By `await`',
    replace: '    } catch (error) {\n      throw error\n    }\n  }\n\n  /** By `await`',
    killedBy: { file: onAcknowledgement, title: 'an enqueue that throws has told of its record' },
    why: 'A span would never end.',
  },
  {
    name: 'the failure of an enqueue without a callback goes nowhere where there are interceptors',
    file: intercepted,
    find: '} else if (error !== null) this.#deps.onUnhandled(error)',
    replace: '}',
    killedBy: { file: onAcknowledgement, title: 'and then goes to onDeliveryError' },
    why: 'A failure would vanish.',
  },
]
