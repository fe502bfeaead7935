import manifest from '../package.json' with { type: 'json' }
import { schemaUrl } from './conventions.js'

/** As what spans and metrics of this package are known to a tracer or a meter. */
export const scope = {
  name: manifest.name,
  version: manifest.version,
  options: { schemaUrl },
} as const
