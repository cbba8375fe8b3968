/** Where a setting was written: a place in a file, or the flag that gave it. */
export type Place =
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'flag'; readonly name: string }

/** One thing that is wrong with the configuration, in words for its author. */
export interface Problem {
  readonly place: Place
  /** The setting, as in `auth.credentials[0].user`; empty when the file as a whole is meant. */
  readonly setting: string
  /** What was found, what is expected, and a way out. Never a secret's value. */
  readonly message: string
}

/** Everything that is wrong with a configuration, reported at once, one problem a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(printProblem).join('\n'))
    this.problems = problems
  }
}

/** Prints a problem in the form that editors make clickable: `file:line:column: setting: message`. */
function printProblem({ place, setting, message }: Problem): string {
  const subject = setting === '' ? '' : `${setting}: `
  return place.kind === 'flag' ? `${place.name}: ${message}` : `${printPlace(place)}: ${subject}${message}`
}

/** Names a place as a reader would look for it. */
export function printPlace(place: Place): string {
  return place.kind === 'flag' ? place.name : `${place.file}:${place.line}:${place.column}`
}
