/** Passes a value on at most once in so many milliseconds, the first at once. */
export function throttled<T>(everyMs: number, pass: (value: T) => void): (value: T) => void {
  let next = 0;
  return (value) => {
    const now = performance.now();
    if (now < next) return;
    next = now + everyMs;
    pass(value);
  };
}
