const maxNameLength = 249

/** Kafka's rule for a topic's name (`Topic.validate`). */
export function isLegalTopicName(name: string): boolean {
  return (
    name.length <= maxNameLength && name !== '.' && name !== '..' && /^[a-zA-Z0-9._-]+$/.test(name)
  )
}
