import { InvalidArgumentError } from "commander";

/** A whole number from an argument. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("expected a whole number from 0 to 999999999.");
  return Number(text);
}
