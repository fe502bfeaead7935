import { bundlesOf, expectSent, writePrograms } from './sending-programs.mjs'

/* The code of transactions is in files of its own, which are loaded late: from the tarballs, and from a bundle. */

const sending = `
async function main() {
  const options = { bootstrapServers: process.env.SLUICE_ADDRESS, transactionalId: 'late' }
  const producer = createProducer(options)
  const values = Array.from({ length: 100 }, (_, at) => String(at))
  const sent = await producer.transact((tx) => tx.sendMany(values.map((value) => ({ topic: 'transactional', value }))))
  await producer.close()
  console.log('sent', sent.length)
}
main().catch((error) => { console.log(error.message); process.exitCode = 1 })
`
/** A program that sends in a transaction, in each format. */
export const transactionalPrograms = {
  esm: `import { createProducer } from '@sluice/producer'\n${sending}`,
  cjs: `const { createProducer } = require('@sluice/producer')\n${sending}`,
}

/** The checks of a folder in which the tarballs are installed. @param address - of a broker */
export function transactionalChecks(root, folder, address) {
  const rig = {
    root,
    folder,
    address,
    files: writePrograms(folder, 'transactional', transactionalPrograms),
  }
  return [
    ...Object.keys(transactionalPrograms).map((format) => ({
      name: `transactionalId: a program sends: ${format}`,
      run: () => expectSent(rig, rig.files[format]),
    })),
    ...bundlesOf(rig).map(({ kind, bundle }) => ({
      name: `transactionalId: a program that was bundled sends: ${kind}`,
      run: async () => expectSent(rig, await bundle()),
    })),
  ]
}
