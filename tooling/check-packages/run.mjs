import { spawn } from 'node:child_process'

/** Runs a program to its end. Rejects with what it printed when it fails or takes too long. */
export function run(program, args, { timeoutMs = 120_000, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let output = ''
    let errors = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (errors += chunk))
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (code === 0) return resolve(output)
      const why = signal ? `ended by ${signal} (limit ${timeoutMs} ms)` : `exit code ${code}`
      reject(new Error(`${why}\n${output}${errors}`))
    })
  })
}

/** Runs a JavaScript file, or a command line tool written in JavaScript, with this Node. */
export function runNode(args, options) {
  return run(process.execPath, args, options)
}

/** npm as it was started, or the one on the path. */
export function runNpm(args, options) {
  const cli = process.env['npm_execpath']
  return cli?.endsWith('.js') ? runNode([cli, ...args], options) : run('npm', args, options)
}
