/** Kafka's numbers for what has settings: a topic, and a broker. */
export const topicResource = 2
export const brokerResource = 4
