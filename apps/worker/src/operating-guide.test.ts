import { readFileSync } from "node:fs";
import { apiSettings } from "@betrace/api";
import { settingsTable } from "@betrace/contracts";
import { expect } from "chai";
import { workerSettings } from "./settings.js";

describe("the operating guide", () => {
  it("has every setting of the API and the worker with its default", () => {
    const guide = readFileSync(new URL("../../../docs/operating.md", import.meta.url), "utf8");
    expect(guide).to.include(settingsTable({ api: apiSettings, worker: workerSettings }));
  });
});
