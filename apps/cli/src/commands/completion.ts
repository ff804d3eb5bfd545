import { Argument, Command } from "commander";
import type { Io } from "../io.js";

const SHELLS = { bash, zsh, fish } as const;

/** `betrace completion`: a script for the shell, made from the commands as they stand. */
export function completionCommand(io: Io, program: () => Command): Command {
  return new Command("completion")
    .description("print a completion script for your shell")
    .addArgument(new Argument("<shell>").choices(Object.keys(SHELLS)))
    .addHelpText(
      "after",
      `
Examples:
  $ source <(betrace completion bash)
  $ betrace completion zsh > "\${fpath[1]}/_betrace"
  $ betrace completion fish > ~/.config/fish/completions/betrace.fish`,
    )
    .action((shell: keyof typeof SHELLS) => {
      io.out.write(SHELLS[shell](wordsOf(program())));
    });
}

/** What can follow a command: its own commands first, else its options. */
interface Words {
  /** The commands before, e.g. `rules apply`; empty for the program. */
  readonly after: string;
  readonly commands: readonly { readonly name: string; readonly means: string }[];
  readonly options: readonly { readonly flag: string; readonly takesValue: boolean; readonly means: string }[];
}

function wordsOf(command: Command, after = "", inherited: Words["options"] = []): readonly Words[] {
  const own = command.options.flatMap(({ long, required, optional, description }) =>
    long ? [{ flag: long, takesValue: required || optional, means: description }] : [],
  );
  const options = [...own, ...inherited];
  const help = { flag: "--help", takesValue: false, means: "what is possible" };
  const commands = command.commands.map((one) => ({ name: one.name(), means: one.description() }));
  const below = command.commands.flatMap((one) => wordsOf(one, `${after} ${one.name()}`.trim(), options));
  return [{ after, commands, options: [...options, help] }, ...below];
}

function plain({ commands, options }: Words): string {
  return [...commands.map(({ name }) => name), ...options.map(({ flag }) => flag)].join(" ");
}

/** Cases from the longest to the shortest, so that `rules apply` is found before `rules`. */
function cases(all: readonly Words[], line: (words: Words) => string): string {
  return all
    .filter(({ after }) => after !== "")
    .sort((a, b) => b.after.length - a.after.length)
    .map(line)
    .join("\n");
}

function bash(all: readonly Words[]): string {
  const [top] = all;
  return `# bash completion of betrace; files where nothing else fits
_betrace() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" words
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]} " in
${cases(all, (words) => `    "${words.after} "*) words="${plain(words)}" ;;`)}
    *) words="${top === undefined ? "" : plain(top)}" ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="${top === undefined ? "" : plain(top)}"
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _betrace betrace
`;
}

function zsh(all: readonly Words[]): string {
  const [top] = all;
  return `#compdef betrace
# zsh completion of betrace; files where nothing else fits
_betrace() {
  if (( CURRENT == 2 )); then
    compadd -- ${top === undefined ? "" : plain(top)}
    return
  fi
  case "\${words[2]} \${words[3]} " in
${cases(all, (words) => `    "${words.after} "*) compadd -- ${plain(words)} ;;`)}
  esac
  _files
}
compdef _betrace betrace
`;
}

function fish(all: readonly Words[]): string {
  const quoted = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;
  const lines = all.flatMap(({ after, commands, options }) => {
    const [first, second] = after.split(" ");
    const inner = second === undefined ? "" : `; and __fish_seen_subcommand_from ${second}`;
    const where = after === "" ? "__fish_use_subcommand" : `__fish_seen_subcommand_from ${first}${inner}`;
    return [
      ...commands.map(({ name, means }) => `complete -c betrace -n ${quoted(where)} -f -a ${name} -d ${quoted(means)}`),
      ...options.map(
        ({ flag, takesValue, means }) =>
          `complete -c betrace -n ${quoted(where)} -l ${flag.slice(2)}${takesValue ? " -r" : ""} -d ${quoted(means)}`,
      ),
    ];
  });
  return `# fish completion of betrace\n${lines.join("\n")}\n`;
}
