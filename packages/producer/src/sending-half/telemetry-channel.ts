/** Which metrics the cluster wants of this client: the answer to GetTelemetrySubscriptions (KIP-714). */
export interface TelemetrySubscription {
  /** The id that the cluster has given this client. */
  readonly clientInstanceId: string
  /** The number of what is wanted now; another one when that changes. */
  readonly subscriptionId: number
  /** Numbers of codecs as in record batches, the preferred one first. */
  readonly acceptedCompressionTypes: readonly number[]
  /** From one push to the next, in ms. */
  readonly pushIntervalMs: number
  /** The largest push in bytes, compressed. */
  readonly telemetryMaxBytes: number
  /** Whether a push tells how much each total has grown since the last push, instead of the whole total. */
  readonly deltaTemporality: boolean
  /** The beginnings of the names that are wanted. The empty text, and "*" alone, want all; an empty list wants none. */
  readonly requestedMetrics: readonly string[]
}

/** Metrics for the cluster: the request PushTelemetry (KIP-714). */
export interface TelemetryPush {
  /** The id that the cluster has given this client. */
  readonly clientInstanceId: string
  /** What was wanted when the metrics were read. */
  readonly subscriptionId: number
  /** Whether it is the last push of this client. Then it is sent now or never. */
  readonly terminating: boolean
  /** The number of the codec; 0 for none. */
  readonly compressionType: number
  /** OpenTelemetry's `MetricsData` in Protocol Buffers. */
  readonly metrics: Uint8Array
}

/** Brings telemetry to the cluster. Any broker takes it that has these APIs and is connected for another reason. */
export interface TelemetryChannel {
  /** Resolves once a broker is connected that takes telemetry. Nothing is sent and no connection opened for that. */
  available(): Promise<void>
  /**
   * Waits until a broker is available, and asks it.
   *
   * @param clientInstanceId - the zero UUID for the first time
   * @throws KafkaError the broker's own code, or why no answer came
   */
  subscribe(clientInstanceId: string): Promise<TelemetrySubscription>
  /**
   * Waits until a broker is available, and pushes. The last push is not sent where none is.
   *
   * @throws KafkaError the broker's own code, or why no answer came
   */
  push(push: TelemetryPush): Promise<void>
}
