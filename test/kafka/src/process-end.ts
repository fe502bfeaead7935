const tasks = new Set<() => void>()
let listening = false

/** Runs a synchronous task when this process ends; the returned function takes it back. */
export function onProcessEnd(task: () => void): () => void {
  if (!listening) listen()
  tasks.add(task)
  return () => void tasks.delete(task)
}

function listen(): void {
  listening = true
  process.on('exit', runTasks)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => onSignal(signal))
}

function onSignal(signal: NodeJS.Signals): void {
  runTasks()
  // A listener of ours takes away the signal's default. It is given back only if nobody else
  // listens: a test runner decides by itself how it ends.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal)
}

function runTasks(): void {
  // The last first: brokers end before their folder goes.
  for (const task of [...tasks].toReversed()) task()
  tasks.clear()
}
