/** The clients that are compared. */
export const parties = ['sluice', 'kafkajs', 'platformatic'] as const
export type Party = (typeof parties)[number]
