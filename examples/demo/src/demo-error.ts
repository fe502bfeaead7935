/** An error that the user of the demo can mend. Shown as one line, without a stack. */
export class DemoError extends Error {}
