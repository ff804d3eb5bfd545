/** Shares one amount of memory among scans that run side by side. */
export interface MemoryBudget {
  /** Waits, in order of asking, until so much is free, and returns what gives it back. More than there is waits for all of it. */
  take(amount: number, signal: AbortSignal): Promise<() => void>;
}

/** A budget in any unit; nothing of it is taken yet. */
export function memoryBudget(total: number): MemoryBudget {
  let free = total;
  const waiting: { readonly amount: number; readonly go: () => void }[] = [];

  function serve(): void {
    for (let next = waiting[0]; next !== undefined && next.amount <= free; next = waiting[0]) {
      waiting.shift();
      free -= next.amount;
      next.go();
    }
  }

  return {
    async take(asked, signal) {
      signal.throwIfAborted();
      const amount = Math.min(asked, total);
      const place = { amount, go: () => {} };
      const served = new Promise<void>((resolve, reject) => {
        const giveUp = (): void => {
          const at = waiting.indexOf(place);
          if (at < 0) return;
          waiting.splice(at, 1);
          reject(signal.reason as Error);
          serve();
        };
        place.go = () => {
          signal.removeEventListener("abort", giveUp);
          resolve();
        };
        signal.addEventListener("abort", giveUp, { once: true });
      });
      waiting.push(place);
      serve();
      await served;
      let given = false;
      return () => {
        if (given) return;
        given = true;
        free += amount;
        serve();
      };
    },
  };
}
