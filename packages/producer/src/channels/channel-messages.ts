import type { ConnectionEvent, MetadataEvent, RequestEvent } from '@sluice/network'
import type { ErrorCode, HeaderValue } from '@sluice/protocol'
import type { BatchEvent, ProduceEvent } from '@sluice/sender'

/** Says which producer a message is about. */
export interface ChannelSource {
  /** The option `clientId`. Several producers may have the same. */
  readonly clientId: string
  /** The number of the producer, counted from 1 in the process: no other producer ever has it. */
  readonly producer: number
}

/** The messages of the channels of `node:diagnostics_channel`, by the names of the channels. None holds contents of records. */
export interface ChannelMessages {
  /** A record has ended, before its caller hears of it. */
  readonly 'sluice:send': SendMessage
  /** An attempt of a batch has ended, and the sender has decided what becomes of the batch. */
  readonly 'sluice:batch': BatchMessage
  /** A request of any kind was answered, or has failed. */
  readonly 'sluice:request': RequestMessage
  /** A connection was opened, became ready, or was closed. */
  readonly 'sluice:connection': ConnectionMessage
  /** The metadata has changed. */
  readonly 'sluice:metadata': MetadataMessage
  /** A transaction was begun, or has ended. */
  readonly 'sluice:transaction': TransactionMessage
  /** Callers were told of a failure. */
  readonly 'sluice:error': ErrorMessage
}

/** The contexts of the tracing channels, by the names that `tracingChannel` takes. None holds contents of records. */
export interface ChannelContexts {
  /** A record from the call that sends it until its end is known. */
  readonly 'sluice:send': SendContext
  /** A Produce request from when it is handed to its connection until its end. */
  readonly 'sluice:produce': ProduceContext
  /** A transaction from its begin until it is committed or aborted. */
  readonly 'sluice:transaction': TransactionContext
}

/** Message of `sluice:batch`: one attempt of one batch, after its end. */
export interface BatchMessage extends ChannelSource, BatchEvent {}
/** Message of `sluice:request`: the end of one request. */
export interface RequestMessage extends ChannelSource, RequestEvent {}
/** Message of `sluice:connection`: a new state of one connection. */
export interface ConnectionMessage extends ChannelSource, ConnectionEvent {}
/** Message of `sluice:metadata`: what the metadata has come to. */
export interface MetadataMessage extends ChannelSource, MetadataEvent {}

/** Message of `sluice:send`: the end of one record. */
export interface SendMessage extends ChannelSource {
  /** The topic's name. Empty where the record had none that could be read. */
  readonly topic: string
  /** The number of the partition; −1 where none was chosen, or where the failure does not tell which one was. */
  readonly partition: number
  /** Where the record is in the log; −1 without acknowledgements, and for a record that has failed. */
  readonly offset: bigint
  /** Milliseconds since the call that sent the record. */
  readonly durationMs: number
  /** Why the record has failed; null when it was acknowledged. */
  readonly errorCode: ErrorCode | null
}

/** Message of `sluice:error`: failures as the callers were told of them. */
export interface ErrorMessage extends ChannelSource {
  /** The code of the error. */
  readonly errorCode: ErrorCode
  /** The topic, where the error tells it; else null. */
  readonly topic: string | null
  /** The partition, where the error tells it; else null. */
  readonly partition: number | null
  /** How many records have failed with it. */
  readonly records: number
  /** Whether the records are in the log, where the error tells it; else null. */
  readonly persisted: 'no' | 'possibly' | 'yes' | null
  /** Whether the producer can do nothing more. */
  readonly fatal: boolean
}

/**
 * How a transaction has ended: `lost` means that its end is not known here, since another producer has its id, the cluster refuses it, or
 * the producer was closed before the cluster had answered.
 */
export type TransactionOutcome = 'committed' | 'aborted' | 'lost'

/** Message of `sluice:transaction`: a new state of a transaction. */
export interface TransactionMessage extends ChannelSource {
  /** The number of the transaction, counted from 1 in each producer. */
  readonly transaction: number
  /** The new state. */
  readonly state: 'begun' | TransactionOutcome
  /** The first error in the transaction, because of which it was aborted or lost; null where there was no error. */
  readonly errorCode: ErrorCode | null
}

/** A failure on a tracing channel: its code alone, since the text of an error may quote what a broker or a plug-in has said. */
export interface ChannelFailure {
  /** As of every error of this family. */
  readonly name: 'KafkaError'
  /** The code of the error. */
  readonly code: ErrorCode
  /** The code, too: what reads errors expects a text. */
  readonly message: string
}

/** The context of `tracing:sluice:send:*`: the same object in all messages of one record, on which a subscriber may keep its span. */
export interface SendContext extends ChannelSource {
  /** The topic's name. Empty where the record had none that could be read. */
  readonly topic: string
  /** Empty at first. What subscribers of `start` put in is sent as headers of the record, in the place of its headers of these names. */
  readonly headers: Record<string, HeaderValue>
  /** Where the record is in the log; from `asyncStart` on, of a record that was acknowledged. */
  result?: {
    /** The partition's index. */
    readonly partition: number
    /** −1 where the broker was not asked for it, with `acks` 0. */
    readonly offset: bigint
  }
  /** From `error` on, of a record that has failed. */
  error?: ChannelFailure
}

/** The context of `tracing:sluice:produce:*`: the same object in all messages of one Produce request. */
export interface ProduceContext extends ChannelSource, ProduceEvent {
  /** From `asyncStart` on. */
  result?: {
    /** When the request has ended, in monotonic milliseconds as `at`. */
    readonly at: number
    /** Milliseconds since it was handed to the connection. */
    readonly durationMs: number
  }
  /** From `error` on, where no answer has come. */
  error?: ChannelFailure
}

/** The context of `tracing:sluice:transaction:*`: the same object in all messages of one transaction. */
export interface TransactionContext extends ChannelSource {
  /** The number of the transaction, counted from 1 in each producer. */
  readonly transaction: number
  /** How the transaction has ended; from `asyncStart` on. */
  result?: TransactionOutcome
  /** From `error` on: the first error, because of which the transaction was aborted or lost. */
  error?: ChannelFailure
}
