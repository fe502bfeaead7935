/** The input cannot be read, or a line of it cannot become a record. Its message names the input, and never what is in it. */
export class InputError extends Error {
  override readonly name = 'InputError'
}
