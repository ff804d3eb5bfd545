/** How the command ends, for scripts. The guide's table is held to this by a test. */
export const EXIT = {
  done: 0,
  usage: 1,
  ruleError: 2,
  violationsFound: 3,
  incomplete: 4,
  unreachable: 5,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each code means, as help and guide say it. */
export const EXIT_MEANS: Readonly<Record<ExitCode, string>> = {
  0: "done; for a replay: everything was read, and no violation was found or none was to fail on",
  1: "wrong usage, or a request that the server refused",
  2: "a rule has errors",
  3: "violations were found, and --fail-on-violation was given; for `rules diff`: something would change",
  4: "not everything could be read or decided: incomplete, failed or cancelled; or the files have no trace in that time",
  5: "the server cannot be reached, does not answer in time, or cannot do its work",
  130: "interrupted (SIGINT, Ctrl-C); a replay on a server goes on",
  143: "terminated (SIGTERM); a replay on a server goes on",
};

/** An end that was foreseen: the message is for a person, without a stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  constructor(
    readonly code: ExitCode,
    message: string,
  ) {
    super(message);
  }
}
