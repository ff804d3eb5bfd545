import { Agent, get } from "node:http";

/** Keeps its connections; a bench that opened one for each request would measure that. */
const agent = new Agent({ keepAlive: true });

/** One search at Tempo: protobuf, the body thrown away as it comes. Resolves to its bytes; rejects on any status but 200. */
export function drainSearch(tempoUrl: string, parameters: Readonly<Record<string, string>>): Promise<number> {
  const url = `${tempoUrl}/api/search?${new URLSearchParams(parameters)}`;
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { accept: "application/protobuf" } }, (answer) => {
      let bytes = 0;
      let start = "";
      answer.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (answer.statusCode !== 200 && start.length < 300) start += chunk.toString();
      });
      answer.on("error", reject);
      answer.on("end", () => {
        if (answer.statusCode === 200) resolve(bytes);
        else
          reject(
            new Error(`expected 200 for ${parameters.q ?? "no q"}, found ${answer.statusCode}: ${start.slice(0, 300)}`),
          );
      });
    });
    request.on("error", reject);
  });
}
