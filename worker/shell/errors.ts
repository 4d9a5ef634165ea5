/** How a shell says that it cannot be had, or that a command was not started. */

/** No shell could be started. */
export class ShellOpenError extends Error {
  override readonly name: string = 'ShellOpenError';
}

/** There is nothing to start one with: whatever state it is to have makes no difference. */
export class UnreachableError extends ShellOpenError {}

/** The command was certainly not started: the shell is gone, busy, or could not reach the command's files. */
export class NotStartedError extends Error {
  override readonly name: string = 'NotStartedError';
}

/** bash has ended: nothing was prepared, and nothing of the command was taken. Another shell may run it. */
export class ShellGoneError extends NotStartedError {
  override readonly name = 'ShellGoneError';
}
