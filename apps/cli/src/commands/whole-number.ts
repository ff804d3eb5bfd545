import { InvalidArgumentError } from "commander";

/** A whole number from an argument. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("expected a whole number from 0 to 999999999.");
  return Number(text);
}

/** A TCP port from an argument; 0 is any free one. */
export function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError("expected a port from 1 to 65535, or 0 for any that is free.");
  }
  return Number(text);
}
