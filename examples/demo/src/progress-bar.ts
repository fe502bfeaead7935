import { Presets, SingleBar } from 'cli-progress'

/** Draws how far `work` has come, on a terminal. Elsewhere it only does the work. */
export async function withProgressBar<T>(
  total: number,
  done: () => number,
  work: () => Promise<T>,
): Promise<T> {
  const bar = new SingleBar({ format, hideCursor: true }, Presets.shades_classic)
  bar.start(total, 0)
  const timer = setInterval(() => bar.update(done()), redrawMs)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    bar.update(done())
    bar.stop()
  }
}

const format = '{bar} {percentage}% │ {value} of {total} acknowledged'
const redrawMs = 50
