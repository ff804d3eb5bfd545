const WHY: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "permission denied",
  ELOOP: "its links lead in a circle",
  EMFILE: "too many files are open",
};

/** Why a file cannot be read, in one line for a person, from the error of the attempt. */
export function whyUnread(path: string, error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (code === "EISDIR") return `it is a folder; name the files in it: ${path.replace(/\/+$/, "")}/*`;
  const hint = /[*?[]/.test(path) && code === "ENOENT" ? " (the shell fills in * where it stands outside quotes)" : "";
  return `it cannot be read: ${WHY[code] ?? message}${hint}`;
}
