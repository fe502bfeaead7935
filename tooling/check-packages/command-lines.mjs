import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'

/*
 * The shell blocks of the pages of `sluice` are run in a folder with the files that they name, by the command that the tarballs have
 * installed, against an embedded cluster. Each line must end with exit code 0, and what a comment below a command shows must be
 * printed, whatever its numbers are.
 */
const pages = ['docs/guides/command-line.md', 'packages/cli/README.md']

const inputs = {
  'orders.txt': 'o-17 paid\no-18 open\n',
  'orders.tsv': 'o-17\tpaid\no-18\topen\n',
  'app.log': 'started\n',
  'orders.jsonl': '{"id":"o-17","order":{"id":"o-17"}}\n',
  'orders.csv': 'id,payload\no-17,paid\n',
  'logo.png': '\u0000\n',
  'records.bin': 'a__END__b__END__',
}

/** @returns the checks of a folder in which the tarballs are installed. @param address - of a broker */
export function commandLineChecks(root, folder, address) {
  const rig = { work: workFolder(folder, address), bin: join(folder, 'node_modules/.bin'), address }
  return pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    return [
      ...blocksOf(text, 'sh')
        .filter((code) => /\bsluice |@sluice\/cli /.test(code) && !code.startsWith('npm install'))
        .map((code, index) => ({
          name: `${page} command ${index + 1} runs`,
          run: () => runBlock(rig, code),
        })),
      ...blocksOf(text, 'ini').map((code) => ({
        name: `${page}: the configuration is read`,
        run: () => checkConfiguration(rig, code),
      })),
    ]
  })
}

function workFolder(folder, address) {
  mkdirSync(join(folder, 'command-lines'))
  const work = mkdtempSync(join(folder, 'command-lines', 'work-'))
  const files = { ...inputs, 'production.conf': `bootstrap-servers = ${address}\ntopic = orders\n` }
  for (const [name, content] of Object.entries(files)) writeFileSync(join(work, name), content)
  return work
}

function blocksOf(text, language) {
  const blocks = text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))
  return [...blocks].map(([, code]) => code)
}

async function runBlock(rig, code) {
  const printed = await shell(rig, runnable(code, rig.address))
  const missing = shownBelow(code).filter((line) => !withoutNumbers(printed).includes(line))
  if (missing.length > 0)
    throw new Error(`it does not print\n${missing.join('\n')}\nbut\n${printed}`)
}

/** What never ends is shortened: a file that is followed, and a measurement of seconds. */
function runnable(code, address) {
  return code
    .replaceAll('localhost:9092', address)
    .replaceAll('npx @sluice/cli', 'sluice')
    .replaceAll('tail -f', 'cat')
    .replaceAll(/ --duration-ms \d+/g, '')
    .replaceAll('sluice perf ', 'sluice perf --warm-up-ms 0 --duration-ms 300 ')
}

/** The comments that show what a command prints. What `perf` and `ping` print depends on the machine and the cluster. */
function shownBelow(code) {
  if (/(sluice|cli) (perf|ping)/.test(code)) return []
  const comments = code.split('\n').filter((line) => line.startsWith('# '))
  return comments.map((line) => withoutNumbers(line.slice(2)))
}

function withoutNumbers(text) {
  return text.replaceAll(/\d[\d,]*/g, '0')
}

/** It is understood as a whole when nothing is wrong with it but that its brokers, which do not exist, cannot be reached. */
async function checkConfiguration(rig, code) {
  writeFileSync(join(rig.work, 'secret'), 'from a file\n', { mode: 0o600 })
  writeFileSync(
    join(rig.work, 'shown.conf'),
    code.replace('/run/secrets/kafka', 'secret').replaceAll(/broker-\d/g, 'localhost'),
  )
  const command = 'sluice ping --config shown.conf --max-block-ms 1000'
  await shell(rig, `code=0; ${command} || code=$?; test $code -eq 1`)
}

function shell({ work, bin }, script) {
  return run('sh', ['-e', '-c', `exec 2>&1\n${script}`], {
    cwd: work,
    env: { ...process.env, PATH: bin + delimiter + process.env['PATH'] },
    timeoutMs: 120_000,
  })
}
