/** Questions that are kept at a time; the oldest is forgotten first. */
const KEPT = 500;

/**
 * The same question asked again within `freshMs` gets the answer that is there, or that is on its way. An answer that failed is not
 * kept. Questions are told apart by their JSON.
 */
export function remember<Question, Answer>(
  freshMs: number,
  ask: (question: Question) => Promise<Answer>,
): (question: Question) => Promise<Answer> {
  const kept = new Map<string, { readonly answer: Promise<Answer>; readonly untilMs: number }>();
  return (question) => {
    const key = JSON.stringify(question);
    const known = kept.get(key);
    if (known !== undefined && performance.now() < known.untilMs) return known.answer;
    const answer = ask(question);
    kept.delete(key);
    kept.set(key, { answer, untilMs: performance.now() + freshMs });
    answer.catch(() => {
      if (kept.get(key)?.answer === answer) kept.delete(key);
    });
    const oldest = kept.keys().next();
    if (kept.size > KEPT && !oldest.done) kept.delete(oldest.value);
    return answer;
  };
}
