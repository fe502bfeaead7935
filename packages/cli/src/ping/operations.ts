/** Kafka's operations (AclOperation), by the number of their bit. */
const names = new Map([
  [3, 'read'],
  [4, 'write'],
  [5, 'create'],
  [6, 'delete'],
  [7, 'alter'],
  [8, 'describe'],
  [9, 'cluster-action'],
  [10, 'describe-configs'],
  [11, 'alter-configs'],
  [12, 'idempotent-write'],
  [13, 'create-tokens'],
  [14, 'describe-tokens'],
  [15, 'two-phase-commit'],
])

/** What brokers answer where they were not asked, or do not tell. */
const notTold = -2147483648

/** What a client may do, of a field of authorized operations (KIP-430). Null where the broker does not tell. */
export function operationsOf(bits: number): string[] | null {
  if (bits === notTold) return null
  return [...names].filter(([bit]) => (bits & (1 << bit)) !== 0).map(([, name]) => name)
}
