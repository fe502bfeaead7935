import type { Mutant } from './mutant.js'

const reserved = 'packages/accumulator/test/reserved.test.ts'
const line = 'packages/accumulator/src/front/waiting/waiting-line.ts'
const serializers = 'packages/producer/test/serialization/serializers.test.ts'
const late = 'packages/producer/test/serialization/late-serializers.test.ts'

export const serializerMutants: readonly Mutant[] = [
  {
    name: 'records go on before one whose serializer has not answered',
    file: line,
    find: '      if (!group.whole) break\n',
    replace: '',
    killedBy: { file: reserved, title: 'keeps its place before later records of the topic' },
    why: 'The record would be sent without its value, and records of one caller would change places.',
  },
  {
    name: 'records stay behind one that has left without an answer of its serializer',
    file: line,
    find: '      if (!group.whole && group.topic.ready) this.admit(group.topic)\n',
    replace: '',
    killedBy: { file: reserved, title: 'lets those behind it go on when it leaves, or fails' },
    why: 'One schema that is not there would fail all later records of its topic.',
  },
  {
    name: 'records that were sent in the same turn as one without an answer expire with it',
    file: line,
    find: 'if (!group.whole || !isExpired) this.advance()',
    replace: 'if (!isExpired) this.advance()',
    killedBy: { file: reserved, title: 'and those behind it go on at once, in order' },
    why: 'A thousand records of one turn would fail because the serializer of one never answers.',
  },
  {
    name: 'a value that comes late is not counted',
    file: 'packages/accumulator/src/front/waiting/waiting-memory.ts',
    find: '    this.given(group, -growth)\n',
    replace: '',
    killedBy: { file: reserved, title: 'counts what it holds, before and after it has its value' },
    why: 'Records behind a serializer that never answers could fill the memory.',
  },
  {
    name: 'a serializer is called for null',
    file: 'packages/producer/src/serialization/serializing-intake.ts',
    find: 'serializer === null || given === null',
    replace: 'serializer === null',
    killedBy: { file: serializers, title: 'gives no null to them' },
    why: 'A tombstone would become the text null, and delete nothing.',
  },
  {
    name: 'a sendMany sends before all its serializers have answered',
    file: 'packages/producer/src/intake/sending.ts',
    find: 'records.isLate ?',
    replace: 'records.isLate && records.count === 0 ?',
    killedBy: { file: late, title: 'sends nothing before they have' },
    why: 'Records would be sent with null for what is not there yet.',
  },
]
