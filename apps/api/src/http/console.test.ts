import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { z } from "zod";
import { recordingLog } from "../testing/recording-log.js";
import { createApp } from "./app.js";
import { route } from "./route.js";

const answers = { 200: z.unknown() };
const body = async () => ({ status: 200, body: { from: "the API" } });
const routes = [
  route({ method: "get", path: "/", name: "index", summary: "", answers }, body),
  route({ method: "get", path: "/v1/rules/{id}", name: "rule", summary: "", answers }, body),
  route({ method: "get", path: "/openapi.json", name: "openapi", summary: "", answers }, body),
];
const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

describe("the console, served", () => {
  const folder = mkdtempSync(join(tmpdir(), "betrace-console-"));
  const counted: string[] = [];
  let server: Server;
  let url: string;
  const get = (path: string, accept = BROWSER, method = "GET") =>
    fetch(`${url}${path}`, { method, headers: { accept } });

  before(async () => {
    mkdirSync(join(folder, "built/assets"), { recursive: true });
    writeFileSync(join(folder, "secret.txt"), "not for browsers");
    writeFileSync(join(folder, "built/index.html"), "<!doctype html><title>the page</title>");
    writeFileSync(join(folder, "built/theme.js"), "// theme");
    writeFileSync(join(folder, "built/assets/app-1a2b.js"), "// app");
    const { log } = recordingLog();
    const onAnswered = (_method: string, path: string) => counted.push(path);
    const consoleFolder = join(folder, "built");
    const app = createApp({
      routes,
      log,
      rateLimitPerMinute: 0,
      trustedProxies: 0,
      consoleFolder,
      noteOutage: () => false,
      onAnswered,
    });
    server = app.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  it("gives a browser the page at / and wherever a place of the page is, asked for anew each time", async () => {
    for (const path of ["/", "/rules/slow-db", "/replays/1?since=2h", "/violations", "/no/such/place"]) {
      const answer = await get(path);
      expect(answer.status, path).to.equal(200);
      expect(answer.headers.get("content-type"), path).to.match(/^text\/html/);
      expect(answer.headers.get("cache-control"), path).to.equal("no-cache");
      expect(answer.headers.get("last-modified"), path).to.equal(null);
      expect(await answer.text(), path).to.contain("the page");
    }
  });

  it("leaves / to the API for those who do not ask for HTML, and tells caches so", async () => {
    const answer = await get("/", "*/*");
    expect(await answer.json()).to.deep.equal({ from: "the API" });
    expect((await get("/")).headers.get("vary")).to.contain("Accept");
  });

  it("never stands before the API, whatever a browser asks for there", async () => {
    for (const path of ["/v1/rules/x", "/openapi.json"]) {
      expect(await (await get(path)).json(), path).to.deep.equal({ from: "the API" });
    }
    for (const path of ["/v1/nothing", "/v1", "/openapi.json/x"]) {
      const answer = await get(path);
      expect(answer.status, path).to.equal(404);
      expect(answer.headers.get("content-type"), path).to.match(/^application\/problem\+json/);
    }
    expect((await get("/rules/x", BROWSER, "POST")).status).to.equal(404);
  });

  it("lets files with a hash in their name be kept for ever, and the others not", async () => {
    const kept = await get("/assets/app-1a2b.js", "*/*");
    expect(kept.headers.get("cache-control")).to.equal("public, max-age=31536000, immutable");
    expect(kept.headers.get("content-type")).to.match(/javascript/);
    expect((await get("/theme.js", "*/*")).headers.get("cache-control")).to.equal("no-cache");
  });

  it("answers 404 for a file of an older build, and never the page in its place", async () => {
    expect((await get("/assets/app-0000.js")).status).to.equal(404);
  });

  it("gives nothing that lies outside its folder", async () => {
    for (const path of ["/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/..%2f..%2fsecret.txt"]) {
      expect(await (await get(path, "*/*")).text(), path).not.to.contain("not for browsers");
    }
  });

  it("allows the page scripts of its own origin only", async () => {
    const policy = (await get("/")).headers.get("content-security-policy") ?? "";
    expect(policy).to.contain("default-src 'self'").and.to.contain("script-src 'self';");
    expect(policy).not.to.contain("upgrade-insecure-requests");
  });

  it("counts under one name in the metrics", async () => {
    counted.length = 0;
    await (await get("/rules/a")).text();
    await (await get("/assets/app-1a2b.js")).text();
    expect(counted).to.deep.equal(["console", "console"]);
  });

  it("says what to run while it is not built", async () => {
    rmSync(join(folder, "built"), { recursive: true });
    const answer = await get("/");
    expect(answer.status).to.equal(503);
    expect(answer.headers.get("content-type")).to.match(/^text\/plain/);
    expect(await answer.text()).to.contain("npm run build:console");
    expect(await (await get("/", "*/*")).json()).to.deep.equal({ from: "the API" });
  });
});
