/** How Kafka names the host of a client in the descriptions of a group. All clients of the brokers are on this one. */
export const clientHost = '/127.0.0.1'
