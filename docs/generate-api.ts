import { writeFileSync } from "node:fs";
import { apiPage } from "./api-page.js";
import { servedOpenApi } from "./openapi.js";

// `npm run docs:api`: writes docs/api.md anew. A test holds the page to what the API serves.
writeFileSync(new URL("./api.md", import.meta.url), apiPage(await servedOpenApi()));
