import timers from 'node:timers'

const setImmediate = timers.setImmediate

/** So many tasks share one turn of the real event loop, whose system calls would cost more than the tasks. */
const tasksATurn = 128

/**
 * Carries out steps, each as a task of the real event loop: between two of them Node runs all microtasks and ticks, as it does
 * between two timers. Nothing of the real world decides anything.
 *
 * @param step - returns false when it was the last
 */
export function inRealTasks(step: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let over = false
    const task = (): void => {
      if (over) return
      try {
        over = !step()
        if (over) resolve()
      } catch (error) {
        over = true
        reject(error)
      }
    }
    const turn = (): void => {
      for (let index = 0; index < tasksATurn; index++) setImmediate(task)
      setImmediate(() => {
        if (!over) turn()
      })
    }
    turn()
  })
}
