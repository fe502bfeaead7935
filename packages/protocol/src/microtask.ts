/** Calls the function at the end of this task, as `queueMicrotask` does, a global that not every realm has. What it throws is an unhandled rejection. */
export function inMicrotask(run: () => void): void {
  void Promise.resolve().then(run)
}
