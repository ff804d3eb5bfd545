import { under } from "./otlp-json-error.js";

/** Reads every element of a list; what one of them throws is placed at `name[index]`. */
export function each<Read>(list: readonly unknown[], name: string, read: (element: unknown) => Read): readonly Read[] {
  const all: Read[] = [];
  try {
    for (const element of list) all.push(read(element));
  } catch (error) {
    throw under(error, `${name}[${all.length}]`);
  }
  return all;
}

/** What `read` throws is placed under `name`. */
export function within<Read>(name: string, read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    throw under(error, name);
  }
}
