import { SchemaType } from '@kafkajs/confluent-schema-registry'
import type { GivenSchema } from '../src/registry-serializer.js'

export const avroOrder: GivenSchema = {
  type: SchemaType.AVRO,
  schema: JSON.stringify({
    type: 'record',
    namespace: 'com.example',
    name: 'Order',
    fields: [
      { name: 'id', type: 'string' },
      { name: 'total', type: 'long' },
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-micros' } },
    ],
  }),
}

export const jsonOrder: GivenSchema = {
  type: SchemaType.JSON,
  schema: JSON.stringify({
    type: 'object',
    properties: { id: { type: 'string' }, total: { type: 'number' } },
    required: ['id'],
  }),
}

export const protobufOrder: GivenSchema = {
  type: SchemaType.PROTOBUF,
  schema: 'syntax = "proto3"; package example; message Order { string id = 1; int32 total = 2; }',
}
