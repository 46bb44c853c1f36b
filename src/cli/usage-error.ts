/** The command line cannot be understood: exit code 2, and a hint at the help. */
export class UsageError extends Error {
  static {
    Object.defineProperty(this.prototype, 'name', {value: 'UsageError', writable: true, configurable: true});
  }
}
