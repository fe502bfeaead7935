import type { Client } from '../pipeline/client.js'
import { awaiting, type Figures, flood, open } from '../pipeline/loads.js'

export const loadNames = ['flood', '1000 tasks', 'one at a time', '50 000/s'] as const

export type LoadName = (typeof loadNames)[number]

/** Fewer records than the pipeline's own run has, since each load is run ten times and more. */
export const measuredLoads: Record<LoadName, (client: Client, share: number) => Promise<Figures>> =
  {
    flood: (client, share) => flood(client, 2_000_000 * share),
    '1000 tasks': (client, share) => awaiting(client, 1_000, 500_000 * share),
    'one at a time': (client, share) => awaiting(client, 1, 8_000 * share),
    '50 000/s': (client, share) => open(client, 50_000, 4 * share),
  }

/** How much of each load is sent before it is measured. The slow loads would take minutes to come to a million records. */
export const warmUpShares: Record<LoadName, number> = {
  flood: 0.5,
  '1000 tasks': 2,
  'one at a time': 1,
  '50 000/s': 1,
}
