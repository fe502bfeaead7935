import { expect, test, vi } from 'vitest'

vi.mock('node:crypto', async (original) => ({
  ...(await original<object>()),
  randomBytes: () => Buffer.from('rOprNGfwEbeRWgbNEkqO', 'base64'),
}))

test('the exchange of RFC 7677, byte for byte', async () => {
  // Test files share their modules, and another may have loaded this one with the true nonces.
  vi.resetModules()
  const { scramSha256 } = await import('../../src/sasl.js')
  const context = { host: 'kafka', port: 9092, encrypted: false }
  const exchange = scramSha256({ username: 'user', password: 'pencil' }).begin(context)
  const nonce = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
  expect(String(await exchange.initial())).toBe('n,,n=user,r=rOprNGfwEbeRWgbNEkqO')
  const serverFirst = `r=${nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`
  expect(String(await exchange.next(Buffer.from(serverFirst)))).toBe(
    `c=biws,r=${nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`,
  )
  const serverFinal = 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='
  expect(await exchange.next(Buffer.from(serverFinal))).toBeNull()
})
