import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { bundlesOf, expectSent, runProgram, writePrograms } from './sending-programs.mjs'

/*
 * Programs with a sender's thread, as users build and start them: from the installed tarballs, bundled, and in a process with
 * few rights.
 */

const sending = `
async function main() {
  const options = { bootstrapServers: process.env.SLUICE_ADDRESS, senderThread: true, compression: gzip() }
  const producer = createProducer(options)
  const values = Array.from({ length: 100 }, (_, at) => String(at))
  const sent = await Promise.all(values.map((value) => producer.send({ topic: 'thread', value })))
  await producer.close()
  console.log('sent', sent.length)
}
main().catch((error) => { console.log(error.message); process.exitCode = 1 })
`
/** A program with a sender's thread, in each format. */
export const threadPrograms = {
  esm: `import { createProducer } from '@sluice/producer'\nimport { gzip } from '@sluice/protocol/gzip'\n${sending}`,
  cjs: `const { createProducer } = require('@sluice/producer')\nconst { gzip } = require('@sluice/protocol/gzip')\n${sending}`,
}

/** The checks of a folder in which the tarballs are installed. @param address - of a broker */
export function senderThreadChecks(root, folder, address) {
  const rig = {
    root,
    folder,
    address,
    files: writePrograms(folder, 'sender-thread', threadPrograms),
  }
  return [
    ...Object.keys(threadPrograms).map((format) => ({
      name: `senderThread: a program sends: ${format}`,
      run: () => expectSent(rig, rig.files[format]),
    })),
    ...bundlesOf(rig).map(({ kind, bundle }) => ({
      name: `senderThread: a program that was bundled sends: ${kind}`,
      run: async () => expectSent(rig, await bundle()),
    })),
    {
      name: 'senderThread: a process with few rights sends with --allow-worker, and is told of it without',
      run: () => checkPermission(rig),
    },
    ...Object.keys(threadPrograms).map((format) => ({
      name: `senderThread: a file that is missing is an error of createProducer: ${format}`,
      run: () => checkMissingFile(rig, format),
    })),
  ]
}

async function checkPermission(rig) {
  const known = process.allowedNodeEnvironmentFlags
  const flags = [
    known.has('--permission') ? '--permission' : '--experimental-permission',
    '--allow-fs-read=*',
    ...(known.has('--allow-net') ? ['--allow-net'] : []),
  ]
  await expectSent(rig, rig.files.esm, [...flags, '--allow-worker'])
  await expectRefused(rig, rig.files.esm, /INVALID_OPTION: .*--allow-worker/, flags)
}

async function checkMissingFile(rig, format) {
  const dist = join(rig.folder, 'node_modules/@sluice/producer/dist')
  const text = readdirSync(dist).filter((name) => name.startsWith('worker-text'))
  if (text.length !== 2) throw new Error(`this checks nothing: the text is in ${text.length} files`)
  const move = (from, to) => {
    for (const name of text) renameSync(join(dist, from + name), join(dist, to + name))
  }
  move('', 'gone-')
  try {
    await expectRefused(rig, rig.files[format], /INVALID_OPTION: .*worker-text .*missing/)
  } finally {
    move('gone-', '')
  }
}

async function expectRefused(rig, file, text, flags) {
  const output = await runProgram(rig, file, flags).then(
    (printed) => `no error: ${printed}`,
    (error) => error.message,
  )
  if (!text.test(output)) throw new Error(`expected ${text}\n${output}`)
}
