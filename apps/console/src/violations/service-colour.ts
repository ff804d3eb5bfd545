/** Hues far from each other; red and amber are left to what is wrong. */
const HUES = [215, 165, 275, 190, 95, 310, 245, 135] as const;

/** A colour for each service of a trace, in the order in which they first appear; they repeat after eight. */
export function serviceColours(services: readonly (string | null)[]): ReadonlyMap<string | null, string> {
  return new Map(
    [...new Set(services)].map((service, index) => {
      const hue = HUES[index % HUES.length];
      return [service, `light-dark(hsl(${hue} 48% 46%), hsl(${hue} 45% 60%))`];
    }),
  );
}
