import { z } from "zod";
import { parseDuration } from "./duration.js";

/** One environment variable: how it is read, and what a person must know before changing it. */
export interface Setting<T> {
  readonly env: string;
  /** What may be written, with its unit, e.g. `duration (5m)`. */
  readonly unit: string;
  /** As it would be written in the environment; undefined: the setting is off unless given. */
  readonly fallback: string | undefined;
  /** What it does and what raising or lowering it costs. One sentence or two, Markdown. */
  readonly means: string;
  /** `value`: never printed. `password`: a URL whose password is never printed. */
  readonly secret?: "value" | "password";
  readonly read: z.ZodType<T, string>;
}

/** A group of settings by the name that the code uses. */
export type SettingGroup = Readonly<Record<string, Setting<unknown>>>;

/** The parsed values of a {@link SettingGroup}. A setting without a fallback may be undefined. */
export type SettingValues<G extends SettingGroup> = {
  readonly [K in keyof G]: G[K] extends Setting<infer T>
    ? G[K]["fallback"] extends string
      ? T
      : T | undefined
    : never;
};

type Described<F extends string | undefined> = {
  readonly env: string;
  readonly fallback: F;
  readonly means: string;
  readonly secret?: "value" | "password";
};

/** Any text. */
export function textSetting<const F extends string | undefined>(described: Described<F>) {
  return { unit: "text", ...described, read: z.string() };
}

/** One of a few words. */
export function choiceSetting<const V extends readonly [string, ...string[]], const F extends string | undefined>(
  described: Described<F> & { readonly values: V },
) {
  const { values, ...rest } = described;
  const read = z.enum(values, { error: (issue) => `expected one of ${values.join(", ")}, found "${issue.input}"` });
  return { unit: values.join(", "), ...rest, read };
}

/** A whole number within bounds, both inclusive. */
export function integerSetting<const F extends string | undefined>(
  described: Described<F> & { readonly min: number; readonly max: number; readonly unit?: string },
) {
  const { min, max, unit, ...rest } = described;
  const read = z.string().transform((text, context) => {
    const value = /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    context.addIssue(`expected a whole number from ${min} to ${max}, found "${text}"`);
    return z.NEVER;
  });
  return { unit: unit ?? "number", ...rest, read };
}

/** A time span such as `250ms`, `30s`, `5m`, `1h30m`; the value is in milliseconds. Bounds inclusive, in milliseconds. */
export function durationSetting<const F extends string | undefined>(
  described: Described<F> & { readonly minMs: number; readonly maxMs: number },
) {
  const { minMs, maxMs, ...rest } = described;
  const read = z.string().transform((text, context) => {
    const value = parseDuration(text);
    if (value === undefined) {
      context.addIssue(`expected a duration with its unit such as 250ms, 30s, 5m or 1h30m, found "${text}"`);
      return z.NEVER;
    }
    if (value >= minMs && value <= maxMs) return value;
    context.addIssue(`expected a duration from ${minMs}ms to ${maxMs}ms, found "${text}"`);
    return z.NEVER;
  });
  return { unit: "duration", ...rest, read };
}

/** A URL with one of the given schemes; the value has no trailing slash. */
export function urlSetting<const F extends string | undefined>(
  described: Described<F> & { readonly schemes: readonly string[] },
) {
  const { schemes, ...rest } = described;
  const read = z.string().transform((text, context) => {
    const scheme = URL.canParse(text) ? new URL(text).protocol.slice(0, -1) : undefined;
    if (scheme !== undefined && schemes.includes(scheme)) return text.replace(/\/+$/, "");
    context.addIssue(`expected a URL that starts with ${schemes.map((one) => `${one}://`).join(" or ")}`);
    return z.NEVER;
  });
  return { unit: "URL", ...rest, read };
}

/** `key=value,key2=value2`, percent-encoded, the way OpenTelemetry writes headers (W3C Baggage octets). Always a secret. */
export function headersSetting<const F extends string | undefined>(described: Described<F>) {
  const read = z.string().transform((text, context) => {
    const headers: Record<string, string> = {};
    for (const pair of text.split(",").filter((part) => part.trim() !== "")) {
      const at = pair.indexOf("=");
      const name = decoded(pair.slice(0, Math.max(at, 0)));
      const value = decoded(pair.slice(at + 1));
      if (!name || value === undefined || !/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) {
        context.addIssue("expected key=value pairs joined by commas, percent-encoded where needed");
        return z.NEVER;
      }
      headers[name] = value;
    }
    return headers as Readonly<Record<string, string>>;
  });
  return { unit: "`key=value,...`", secret: "value" as const, ...described, read };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}
