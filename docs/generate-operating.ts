import { readFileSync, writeFileSync } from "node:fs";
import { withTables } from "./operating-tables.js";

// `npm run docs:operating`: writes the tables of docs/operating.md. A test holds the page to the code.
const page = new URL("./operating.md", import.meta.url);
writeFileSync(page, withTables(readFileSync(page, "utf8")));
