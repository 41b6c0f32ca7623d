/**
 * A reason not to start that is meant for the operator: one or two sentences that name the setting or the file,
 * to be printed without a stack.
 */
export class StartupRefusal extends Error {
  override readonly name = 'StartupRefusal'
}
