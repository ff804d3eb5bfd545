/** Shorter words begin too many others to say anything. */
const MIN_PREFIX = 3;

/** The known word that was probably meant, if any: one at most a third away in letters, else one that begins or continues it. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  if (wanted.length === 0 || wanted.length > 200) return undefined;
  const scored = known.map((one) => ({ one, distance: editDistance(wanted, one.toLowerCase()) }));
  scored.sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  if (best !== undefined && best.distance <= Math.ceil(best.one.length / 3)) return best.one;
  const related = scored.find(({ one }) => {
    const [short, long] = one.length < wanted.length ? [one.toLowerCase(), wanted] : [wanted, one.toLowerCase()];
    return short.length >= MIN_PREFIX && long.startsWith(short);
  });
  return related?.one;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
