import { z } from "zod";

/** A rule's id, as it stands in URLs. */
export const ruleId = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/,
    "expected 1 to 128 letters, digits, dots, dashes or underscores, the first and last a letter or digit",
  )
  .meta({ examples: ["slow-db-no-retry", "pii-audit-soc2-cc6.1"] });
