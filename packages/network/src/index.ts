/**
 * Connections to the brokers of a cluster, one for each broker, and the metadata of the cluster.
 *
 * @packageDocumentation
 */
export type {
  ClusterMetadata,
  LeaderChange,
  LeaderEndpoint,
  PartitionLeader,
  TopicMetadata,
  TopicWatcher,
} from './cluster-metadata.js'
export type {
  Answer,
  FailedAnswer,
  NetworkClient,
  OutgoingRequest,
  SpokenApi,
  SucceededAnswer,
} from './network-client.js'
export type { SaslContext, SaslExchange, SaslMechanism } from './sasl-mechanism.js'
export type { ConnectionEvent, MetadataEvent, NetworkObserver, RequestEvent } from './observer.js'
export type { NetworkLogger, NetworkRuntime } from './runtime.js'
export type { ByteStream, ConnectTarget, RemoteAddress, Transport } from './transport.js'
export { insecureSasl } from './errors.js'
export { createNetworkClient, type NetworkClientOptions } from './client.js'
export {
  networkDefaults,
  resolveNetworkOptions,
  type Asked,
  type BootstrapServers,
  type NetworkOptions,
  type ResolvedNetworkOptions,
} from './options.js'
export type { AddressOptions } from './transports/addresses.js'
export { tcpTransport, type TcpTransportOptions } from './transports/tcp.js'
export { tlsTransport, type TlsTransportOptions } from './transports/tls.js'
export type { TlsOptions, TlsSource } from './transports/tls-options.js'
export { fromDuplex, type DuplexStreamOptions } from './transports/duplex-stream.js'
