/** How many traces one JSON answer may name; at about 200 bytes each. */
const TRACES_PER_ANSWER = 40_000;
const LIMIT = 100_000;

/** A range of whole seconds and about how many traces it holds. */
export interface Expected {
  readonly startSeconds: number;
  /** Exclusive. */
  readonly endSeconds: number;
  readonly traces: number;
}

/**
 * The ids of the traces that begin in a range, by plain JSON searches without `q`: slow, and independent of the code under
 * test. What BeTrace wrote is left out. Ids have 32 digits.
 */
export async function traceIdsIn(tempoUrl: string, range: Expected): Promise<Set<string>> {
  const ids = new Set<string>();
  const windows = Math.max(1, Math.ceil(range.traces / TRACES_PER_ANSWER));
  const seconds = Math.min(86_400, Math.ceil((range.endSeconds - range.startSeconds) / windows));
  for (let start = range.startSeconds; start < range.endSeconds; start += seconds) {
    await readPart(tempoUrl, start, Math.min(range.endSeconds, start + seconds), range, ids);
  }
  return ids;
}

async function readPart(
  tempoUrl: string,
  start: number,
  end: number,
  range: Expected,
  ids: Set<string>,
): Promise<void> {
  const url = `${tempoUrl}/api/search?start=${start}&end=${end}&limit=${LIMIT}`;
  const answer = await fetch(url);
  if (!answer.ok)
    throw new Error(`expected 200 from ${url}, found ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
  const { traces = [] } = (await answer.json()) as {
    traces?: { traceID: string; rootServiceName?: string; startTimeUnixNano: string }[];
  };
  if (traces.length >= LIMIT && end - start > 1) {
    const middle = start + Math.floor((end - start) / 2);
    await readPart(tempoUrl, start, middle, range, ids);
    return readPart(tempoUrl, middle, end, range, ids);
  }
  const first = BigInt(range.startSeconds) * 1_000_000_000n;
  const last = BigInt(range.endSeconds) * 1_000_000_000n;
  for (const { traceID, rootServiceName, startTimeUnixNano } of traces) {
    const startNs = BigInt(startTimeUnixNano);
    if (startNs >= first && startNs < last && rootServiceName !== "betrace") ids.add(traceID.padStart(32, "0"));
  }
}
