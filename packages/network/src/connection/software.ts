import manifest from '../../package.json' with { type: 'json' }

/** What brokers log and count as the client's software (KIP-511). */
export const softwareName = 'sluice'
export const softwareVersion: string = manifest.version
