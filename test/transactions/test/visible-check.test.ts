import { expect, test } from 'vitest'
import { History, type Told } from '../src/judge/history.js'
import { valueOf } from '../src/judge/record-name.js'
import { VisibleCheck } from '../src/judge/visible-check.js'

/** A visible record: its partition, its transaction and its place in it. */
type Line = readonly [partition: number, transaction: number, index: number]

/** Transactions of two records each, numbered from 0, and what is wrong about what is visible of them. */
function compared(told: readonly Told[], visible: readonly Line[]): object {
  const check = checkOf(told, visible)
  const { visible: _, ...wrong } = check.conclude()
  return Object.fromEntries(Object.entries(wrong).filter(([, count]) => count > 0))
}

function checkOf(told: readonly Told[], visible: readonly Line[]): VisibleCheck {
  const history = new History()
  for (const [number, each] of told.entries()) {
    history.begin(number, 2)
    history.tell(number, each)
  }
  const check = new VisibleCheck(history)
  for (const [partition, transaction, index] of visible)
    check.take(partition, valueOf({ transaction, index, size: 2 }))
  return check
}

const whole = (transaction: number): Line[] => [
  [0, transaction, 0],
  [1, transaction, 1],
]

test('the committed transactions, each whole, and no others have no fault', () => {
  const told: Told[] = ['committed', 'aborted', 'committed', 'open']
  expect(compared(told, [...whole(0), ...whole(2)])).toEqual({})
})

test('a committed transaction that is not visible is lost', () => {
  expect(compared(['committed', 'committed'], whole(0))).toEqual({ lost: 1 })
})

test.each<Told>(['committed', 'committing'])(
  'a transaction that was told %s and is visible in part is torn',
  (told) => {
    expect(compared([told], [[0, 0, 1]])).toEqual({ torn: 1 })
  },
)

test('a record that is visible twice is doubled, in its own partition and in another', () => {
  expect(compared(['committed'], [...whole(0), [1, 0, 1]])).toEqual({ doubled: 1 })
  expect(compared(['committed'], [...whole(0), [2, 0, 1]])).toEqual({ doubled: 1 })
})

test.each<Told>(['aborted', 'open'])(
  'a visible transaction that was told %s is uncommitted, also in part',
  (told) => {
    expect(compared([told], whole(0))).toEqual({ uncommitted: 1 })
    expect(compared([told], [[0, 0, 0]])).toEqual({ uncommitted: 1, torn: 1 })
  },
)

test('a transaction whose commit was under way may be visible or not, but whole', () => {
  expect(compared(['committing'], [])).toEqual({})
  expect(compared(['committing'], whole(0))).toEqual({})
})

test('records of one partition are reordered where a later one comes first, of a transaction or within it', () => {
  const swapped: Line[] = [
    [0, 1, 0],
    [0, 1, 1],
    [0, 0, 0],
    [0, 0, 1],
  ]
  expect(compared(['committed', 'committed'], swapped)).toEqual({ reordered: 2 })
  const within: Line[] = [
    [0, 0, 1],
    [0, 0, 0],
  ]
  expect(compared(['committed'], within)).toEqual({ reordered: 1 })
})

test('records that nobody has sent are foreign: of no transaction, beyond its size, or no names at all', () => {
  const others: Line[] = [
    [0, 7, 0],
    [0, 0, 2],
  ]
  const check = checkOf(['committed'], [...whole(0), ...others])
  check.take(0, 'something else')
  expect(check.conclude()).toMatchObject({ foreign: 3, torn: 0, lost: 0 })
})

test('an empty transaction that was committed is not lost', () => {
  const history = new History()
  history.begin(0, 0)
  history.tell(0, 'committed')
  expect(new VisibleCheck(history).conclude().lost).toBe(0)
})

test('the examples name each transaction that is not as it must be, with what was told and what is visible', () => {
  const told: Told[] = ['committed', 'aborted', 'committed', 'committed']
  expect(checkOf(told, [...whole(1), [0, 2, 0], ...whole(3)]).examples()).toEqual([
    'transaction 0 was told committed: 0 of 2 records visible',
    'transaction 1 was told aborted: 2 of 2 records visible',
    'transaction 2 was told committed: 1 of 2 records visible',
  ])
})

test('a transaction that begins twice, or ends without a begin, is a fault of the test itself', () => {
  const history = new History()
  history.begin(0, 1)
  expect(() => history.begin(0, 1)).toThrow('Transaction 0 has begun already.')
  expect(() => history.tell(1, 'committed')).toThrow('Transaction 1 has not begun.')
})
