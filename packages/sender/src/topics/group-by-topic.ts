/** The items of each topic, topics and items in the order in which they come. */
export function groupByTopic<Item>(
  items: readonly Item[],
  topicOf: (item: Item) => string,
): Map<string, Item[]> {
  const topics = new Map<string, Item[]>()
  for (const item of items) {
    const topic = topicOf(item)
    const ofTopic = topics.get(topic)
    if (ofTopic === undefined) topics.set(topic, [item])
    else ofTopic.push(item)
  }
  return topics
}
