/** Nothing could be said about the record: exit code 2. The message says what to do. */
export class CannotCheck extends Error {
  override readonly name = 'CannotCheck'
}
