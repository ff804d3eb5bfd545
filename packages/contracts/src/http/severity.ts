import { z } from "zod";
import { SEVERITIES } from "../severity.js";

/** A severity in a request: any letter case in, lower case out. */
export const severityIn = z.preprocess(
  (given) => (typeof given === "string" ? given.toLowerCase() : given),
  z.enum(SEVERITIES),
);

/** A severity in an answer. */
export const severityOut = z
  .enum(SEVERITIES)
  .meta({ description: "In lower case; from the least grave to the gravest: `info` to `critical`." });
