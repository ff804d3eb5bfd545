import type { ChainableCommander } from "ioredis";

/** What every command of a pipeline answered. Throws the first error of any of them. */
export async function answersOf<T>(pipeline: ChainableCommander): Promise<T[]> {
  const answers = (await pipeline.exec()) ?? [];
  return answers.map(([error, answer]) => {
    if (error !== null) throw error;
    return answer as T;
  });
}
