/** One server-sent event. */
export interface SentEvent {
  readonly id: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape.
  readonly data: any;
}

/** Reads a stream of server-sent events, one after the other, until the server ends it. Comments are skipped. */
export async function* readEvents(response: Response): AsyncGenerator<SentEvent> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const fields = new Map(text.slice(0, end).split("\n").map(fieldOf));
      text = text.slice(end + 2);
      const [id = "", event, data] = [fields.get("id"), fields.get("event"), fields.get("data")];
      if (event !== undefined && data !== undefined) yield { id, event, data: JSON.parse(data) };
    }
  }
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(": ");
  return [line.slice(0, colon), line.slice(colon + 2)];
}
