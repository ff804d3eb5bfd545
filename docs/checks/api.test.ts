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

  it("leads somewhere with every link", () => {
    const page = readFileSync(`${ROOT}docs/api.md`, "utf8");
    const headings = new Set([...page.matchAll(/^#+ (\w+)$/gm)].map(([, name]) => name?.toLowerCase()));
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, to]) => to ?? "");
    expect(links.length).to.be.greaterThan(20);
    expect(links.filter((to) => !headings.has(to))).to.deep.equal([]);
  });
});
