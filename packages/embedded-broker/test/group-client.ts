import { Buffer } from 'node:buffer'
import { errorCodeOf, type Api } from '@sluice/protocol'
import { describeGroupsApi } from '../src/messages/groups/describe-groups.js'
import { heartbeatApi } from '../src/messages/groups/heartbeat.js'
import { joinGroupApi } from '../src/messages/groups/join-group.js'
import { leaveGroupApi } from '../src/messages/groups/leave-group.js'
import { offsetCommitApi } from '../src/messages/groups/offset-commit.js'
import { syncGroupApi } from '../src/messages/groups/sync-group.js'
import type { MemberLabels } from './member-labels.js'

/** Sends a request and gives the answer, or a text in its place. */
export type Ask = <Response, RequestInput>(
  api: Api<unknown, Response, RequestInput, never>,
  version: number,
  body: RequestInput,
) => Promise<Response | string>

/** Who the client says it is, where that is not who it is. */
export interface Pretended {
  readonly memberId?: string
  readonly groupInstanceId?: string | null
  readonly generationId?: number
}

/** What a JoinGroup asks for, where it is not the usual. */
export interface JoinOptions extends Pretended {
  readonly version?: number
  readonly protocols?: Readonly<Record<string, string>>
  readonly protocolType?: string
  readonly sessionTimeoutMs?: number
  readonly rebalanceTimeoutMs?: number
}

/**
 * A client of a group that sends the requests it is told to, right or wrong, and remembers who it is. Answers are in few
 * words; `MemberLabels` takes the ids out of them that a coordinator makes
 * up, and sorts the sets, which have no order.
 */
export class GroupClient {
  readonly name: string
  readonly groupId: string
  readonly #ask: Ask
  readonly #labels: MemberLabels
  memberId = ''
  groupInstanceId: string | null = null
  generationId = -1
  protocolName: string | null = 'range'

  constructor(name: string, groupId: string, ask: Ask, labels: MemberLabels) {
    this.name = name
    this.groupId = groupId
    this.#ask = ask
    this.#labels = labels
  }

  /** Error, own label, generation, type, protocol, leader, skip, members. */
  async join(options: JoinOptions = {}): Promise<unknown> {
    const { protocols = { range: this.name }, version = 9 } = options
    const { protocolType = 'consumer', rebalanceTimeoutMs = 60_000 } = options
    const answer = await this.#ask(joinGroupApi, version, {
      ...this.#identity(options),
      protocolType,
      sessionTimeoutMs: options.sessionTimeoutMs ?? 60_000,
      rebalanceTimeoutMs,
      protocols: Object.entries(protocols).map(([name, text]) => ({
        name,
        metadata: Buffer.from(text),
      })),
    })
    if (typeof answer === 'string') return answer
    const { errorCode, generationId, leader, memberId, protocolName, skipAssignment } = answer
    if (memberId !== '') this.memberId = memberId
    this.#labels.note(memberId, this.name)
    if (errorCode === 0) Object.assign(this, { generationId, protocolName })
    const members = answer.members.map((one) => [
      Buffer.from(one.metadata).toString(),
      one.groupInstanceId,
      one.memberId,
    ])
    const who = [errorCodeOf(errorCode), memberId, generationId]
    const what = [answer.protocolType, protocolName, leader, skipAssignment]
    return [...who, ...what, new Set(members)]
  }

  /** Joins, and once more with the id that it is given. */
  async enter(options: JoinOptions = {}): Promise<unknown> {
    const first = await this.join(options)
    return Array.isArray(first) && first[0] === 'MEMBER_ID_REQUIRED' ? this.join(options) : first
  }

  /** Error, type, protocol, assignment. @param parts By member id; only those of the leader count. */
  async sync(
    parts: Readonly<Record<string, string>> = {},
    options: Pretended & {
      version?: number
      protocolName?: string | null
      protocolType?: string | null
    } = {},
  ): Promise<unknown> {
    const { protocolName = this.protocolName, protocolType = 'consumer', version = 5 } = options
    const assignments = Object.entries(parts).map(([memberId, text]) => ({
      memberId,
      assignment: Buffer.from(text),
    }))
    const body = { ...this.#spoken(options), protocolName, protocolType, assignments }
    const answer = await this.#ask(syncGroupApi, version, body)
    if (typeof answer === 'string') return answer
    const text = Buffer.from(answer.assignment).toString()
    return [errorCodeOf(answer.errorCode), answer.protocolType, answer.protocolName, text]
  }

  async heartbeat(options: Pretended & { version?: number } = {}): Promise<unknown> {
    const answer = await this.#ask(heartbeatApi, options.version ?? 4, this.#spoken(options))
    return typeof answer === 'string' ? answer : errorCodeOf(answer.errorCode)
  }

  /** Error, and those of the members. */
  async leave(options: Pretended & { version?: number } = {}): Promise<unknown> {
    const { groupId, groupInstanceId, memberId } = this.#identity(options)
    const members = [{ memberId, groupInstanceId }]
    const answer = await this.#ask(leaveGroupApi, options.version ?? 5, {
      groupId,
      memberId,
      members,
    })
    if (typeof answer === 'string') return answer
    const errors = answer.members.map((one) => [
      one.memberId,
      one.groupInstanceId,
      errorCodeOf(one.errorCode),
    ])
    return [errorCodeOf(answer.errorCode), errors]
  }

  /** The error of each partition. */
  async commit(
    topic: string,
    offset: bigint,
    options: Pretended & {
      version?: number
      partitions?: number[]
      metadata?: string | null
      topicId?: string
    } = {},
  ): Promise<unknown> {
    const { generationId, ...who } = this.#spoken(options)
    const { metadata = '', partitions = [0], topicId, version = 9 } = options
    const offsets = partitions.map((partitionIndex) => ({
      partitionIndex,
      committedOffset: offset,
      committedLeaderEpoch: 3,
      committedMetadata: metadata,
    }))
    const named = topicId === undefined ? { name: topic } : { topicId }
    const topics = [{ ...named, partitions: offsets }]
    const body = { ...who, generationIdOrMemberEpoch: generationId, topics }
    const answer = await this.#ask(offsetCommitApi, version, body)
    if (typeof answer === 'string') return answer
    const answers = answer.topics.flatMap((one) => one.partitions)
    return new Set(
      answers.map(({ errorCode, partitionIndex }) => [partitionIndex, errorCodeOf(errorCode)]),
    )
  }

  /** Error, state, type, protocol, members with what they have. */
  async describe(version = 6): Promise<unknown> {
    const answer = await this.#ask(describeGroupsApi, version, { groups: [this.groupId] })
    if (typeof answer === 'string') return answer
    const { errorCode, groupState, members, protocolData, protocolType } = answer.groups[0]!
    const described = members.map((one) => [
      Buffer.from(one.memberMetadata).toString(),
      Buffer.from(one.memberAssignment).toString(),
      one.groupInstanceId,
      one.clientId,
      one.clientHost,
      one.memberId,
    ])
    const group = [errorCodeOf(errorCode), groupState, protocolType, protocolData]
    return [...group, new Set(described)]
  }

  #identity(pretended: Pretended) {
    const { groupId, groupInstanceId, memberId } = this
    return { groupId, memberId, groupInstanceId, ...only(pretended) }
  }

  #spoken(pretended: Pretended) {
    const { generationId = this.generationId } = pretended
    return { ...this.#identity(pretended), generationId }
  }
}

/** What of the identity a test gives. */
function only({ groupInstanceId, memberId }: Pretended) {
  return {
    ...(memberId === undefined ? {} : { memberId }),
    ...(groupInstanceId === undefined ? {} : { groupInstanceId }),
  }
}
