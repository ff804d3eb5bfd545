import { readFileSync } from "node:fs";
import { expect } from "chai";
import { apiPage } from "../api-page.js";
import { servedOpenApi } from "../openapi.js";
import { ROOT } from "./blocks.js";

describe("docs/api.md", () => {
  it("is what `npm run docs:api` makes of the OpenAPI document", async () => {
    const page = readFileSync(`${ROOT}docs/api.md`, "utf8");
    expect(page === apiPage(await servedOpenApi()), "run npm run docs:api and commit docs/api.md").to.equal(true);
  });
});
