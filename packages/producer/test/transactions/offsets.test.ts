import { KafkaError } from '@sluice/protocol'
import { describe, expect, test } from 'vitest'
import { fenced, maxBlockMs, outcomeOf, TransactionalStand } from './transactional-stand.js'

const at = { topic: 't', partition: 0, offset: 7n }
const doomed = { code: 'TRANSACTION_ABORTABLE', persisted: 'no' }
const moved = new KafkaError('ILLEGAL_GENERATION', 'told by the test')
const ended = { ended: true }

describe('sendOffsets', () => {
  test('hands on what it was given, with defaults for the rest', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    await tx.sendOffsets({ groupId: 'g', offsets: [at] })
    await tx.sendOffsets({
      groupId: 'g',
      memberId: 'm',
      generationId: 0,
      groupInstanceId: 'i',
      offsets: [{ ...at, leaderEpoch: 3, metadata: 'mine' }],
    })
    const unknown = { ...at, leaderEpoch: -1, metadata: null }
    expect(stand.transactions.offsets).toEqual([
      { groupId: 'g', memberId: '', generationId: -1, groupInstanceId: null, offsets: [unknown] },
      {
        groupId: 'g',
        memberId: 'm',
        generationId: 0,
        groupInstanceId: 'i',
        offsets: [{ ...at, leaderEpoch: 3, metadata: 'mine' }],
      },
    ])
  })

  test.each([0, 7, 2 ** 53 - 1, 0n, 2n ** 63n - 1n, '0', '0042', '9223372036854775807'])(
    'takes the offset %o as a bigint',
    async (offset) => {
      const { stand, tx } = await TransactionalStand.begun()
      await tx.sendOffsets({ groupId: 'g', offsets: [{ ...at, offset }] })
      expect(stand.transactions.offsets[0]!.offsets[0]!.offset).toBe(BigInt(offset))
    },
  )

  test.each([{}, { generationId: undefined }, { generationId: -1 }])(
    'has the group check no member without a generation: %o',
    async (generation) => {
      const { stand, tx } = await TransactionalStand.begun()
      const member = { memberId: 'm', groupInstanceId: 'i', ...generation }
      await tx.sendOffsets({ groupId: 'g', offsets: [at], ...member })
      expect(stand.transactions.offsets).toMatchObject([
        { memberId: '', generationId: -1, groupInstanceId: null },
      ])
    },
  )

  test('of an empty list resolves without a request', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    await tx.sendOffsets({ groupId: 'g', offsets: [] })
    expect(stand.transactions.calls).toEqual(['begin'])
  })

  const offset = (field: object): object => ({ groupId: 'g', offsets: [{ ...at, ...field }] })
  test.each<[given: unknown, message: RegExp]>([
    [undefined, /takes \{ groupId, offsets \}/],
    [null, /takes \{ groupId, offsets \}/],
    ['g', /takes \{ groupId, offsets \}/],
    [{ offsets: [at] }, /groupId is undefined/],
    [{ groupId: '', offsets: [at] }, /groupId is the string ''/],
    [{ groupId: 'g' }, /offsets is of type undefined; give an array/],
    [{ groupId: 'g', offsets: { t: 1 } }, /offsets is of type object; give an array/],
    [{ groupId: 'g', offsets: [null] }, /offsets\[0\] is null/],
    [{ groupId: 'g', offsets: [at, 7] }, /offsets\[1\] is of type number/],
    [{ groupId: 'g', offsets: [at, at] }, /offsets\[1\] is another one for partition 0 of topic t/],
    [{ groupId: 'g', offsets: [at], memberId: 7 }, /memberId is of type number/],
    [{ groupId: 'g', offsets: [at], memberId: null }, /memberId is null/],
    [
      { groupId: 'g', offsets: [at], memberId: 'm', generationId: '7' },
      /generationId is of type string/,
    ],
    [{ groupId: 'g', offsets: [at], memberId: 'm', generationId: 1.5 }, /generationId is 1.5/],
    [
      { groupId: 'g', offsets: [at], memberId: 'm', generationId: 2 ** 31 },
      /generationId is 2147483648/,
    ],
    [
      { groupId: 'g', offsets: [at], generationId: 7 },
      /generationId is 7 and there is no memberId/,
    ],
    [{ groupId: 'g', offsets: [at], groupInstanceId: 7 }, /groupInstanceId is of type number/],
    [offset({ topic: 7 }), /topic of offsets\[0\] is of type number/],
    [offset({ partition: -1 }), /partition of offsets\[0\] is -1/],
    [offset({ partition: '0' }), /partition of offsets\[0\] is of type string/],
    [offset({ offset: undefined }), /offset of offsets\[0\] is undefined/],
    [offset({ offset: -1 }), /offset of offsets\[0\] is -1/],
    [offset({ offset: -1n }), /offset of offsets\[0\] is the bigint -1n/],
    [offset({ offset: 1.5 }), /offset of offsets\[0\] is 1.5/],
    [offset({ offset: Number.NaN }), /offset of offsets\[0\] is NaN/],
    [offset({ offset: 2 ** 53 }), /offset of offsets\[0\] is 9007199254740992/],
    [offset({ offset: 2n ** 63n }), /from 0 to 9223372036854775807/],
    [offset({ offset: '' }), /offset of offsets\[0\] is the string ''/],
    [offset({ offset: '-1' }), /offset of offsets\[0\] is the string '-1'/],
    [offset({ offset: '0x7' }), /offset of offsets\[0\] is the string '0x7'/],
    [offset({ offset: ' 7' }), /offset of offsets\[0\] is the string ' 7'/],
    [offset({ leaderEpoch: -2 }), /leaderEpoch of offsets\[0\] is -2/],
    [offset({ metadata: 7 }), /metadata of offsets\[0\] is of type number/],
  ])('refuses %o at once, which dooms the transaction', async (given, message) => {
    const { stand, tx } = await TransactionalStand.begun()
    const { error } = await stand.settled(tx.sendOffsets(given as never))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', persisted: 'no' })
    expect(String(error)).toMatch(message)
    expect((await stand.settled(tx.commit())).error).toMatchObject({ ...doomed, cause: error })
    expect(stand.transactions.calls).toEqual(['begin'])
  })

  test('reads what it is given within the call, and refuses what throws there', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const mine = new Error('mine')
    const given = {
      groupId: 'g',
      get offsets(): never {
        throw mine
      },
    }
    const { error } = await stand.settled(tx.sendOffsets(given))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', cause: mine })
    const next = await TransactionalStand.begun()
    const offsets = [{ ...at }]
    const sent = next.tx.sendOffsets({ groupId: 'g', offsets })
    offsets[0]!.offset = 8n
    await sent
    expect(next.stand.transactions.offsets).toMatchObject([{ offsets: [{ offset: 7n }] }])
  })

  test('refuses a topic that cannot be', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const sent = tx.sendOffsets({ groupId: 'g', offsets: [{ ...at, topic: 'a b' }] })
    expect((await stand.settled(sent)).error).toMatchObject({ code: 'INVALID_TOPIC_EXCEPTION' })
  })

  test('that the group refuses dooms the transaction, awaited or not', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    stand.transactions.fail('sendOffsets', moved)
    void tx.sendOffsets({ groupId: 'g', offsets: [at] })
    const { error } = await stand.settled(tx.commit())
    expect(error).toMatchObject({ ...doomed, cause: moved })
    expect(String(error)).toMatch(/sendOffsets\(\) failed first/)
    expect(await stand.settled(tx.abort())).toEqual(ended)
  })

  test('that finds the producer fenced makes the commit say so', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    stand.transactions.fail('sendOffsets', fenced)
    expect((await stand.settled(tx.sendOffsets({ groupId: 'g', offsets: [at] }))).error).toBe(
      fenced,
    )
    expect((await stand.settled(tx.commit())).error).toMatchObject({ code: 'PRODUCER_FENCED' })
  })

  test('is waited for by the commit', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('sendOffsets')
    void tx.sendOffsets({ groupId: 'g', offsets: [at] })
    const commit = outcomeOf(tx.commit())
    await stand.settle()
    expect(stand.transactions.calls).toEqual(['begin', 'sendOffsets'])
    held.succeed()
    await stand.settle()
    expect([commit, stand.transactions.calls.at(-1)]).toEqual([ended, 'commit'])
  })
})

describe('a sendOffsets that takes longer than maxBlockMs', () => {
  test('rejects then, and the same call made again waits for the same end', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('sendOffsets')
    const sent = outcomeOf(tx.sendOffsets({ groupId: 'g', offsets: [at] }))
    await stand.paced.clock.pass(maxBlockMs)
    expect(sent.error).toMatchObject({ code: 'TRANSACTION_TIMEOUT', retriable: true })
    const again = outcomeOf(tx.sendOffsets({ groupId: 'g', offsets: [{ ...at, offset: '7' }] }))
    await tx.sendOffsets({ groupId: 'g', offsets: [{ ...at, offset: 8 }] })
    expect(again.ended).toBe(false)
    held.succeed()
    await stand.settle()
    expect(again).toEqual(ended)
    expect(stand.transactions.offsets).toHaveLength(2)
    expect(await stand.settled(tx.commit())).toEqual(ended)
  })

  test('and ends while nobody waits tells the next same call, once', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('sendOffsets')
    outcomeOf(tx.sendOffsets({ groupId: 'g', offsets: [at] }))
    await stand.paced.clock.pass(maxBlockMs)
    held.succeed()
    await stand.settle()
    await tx.sendOffsets({ groupId: 'g', offsets: [at] })
    expect(stand.transactions.offsets).toHaveLength(1)
    await tx.sendOffsets({ groupId: 'g', offsets: [at] })
    expect(stand.transactions.offsets).toHaveLength(2)
  })

  test('and fails then dooms the transaction', async () => {
    const { stand, tx } = await TransactionalStand.begun()
    const held = stand.transactions.hold('sendOffsets')
    outcomeOf(tx.sendOffsets({ groupId: 'g', offsets: [at] }))
    await stand.paced.clock.pass(maxBlockMs)
    held.fail(moved)
    expect((await stand.settled(tx.commit())).error).toMatchObject({ ...doomed, cause: moved })
  })
})
