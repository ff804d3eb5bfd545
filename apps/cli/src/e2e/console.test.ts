import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { formatTimestamp, SEVERITIES } from "@betrace/contracts";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { sendOtlp } from "../demo/otlp.js";
import { createShopDay, type ShopDay } from "../demo/shop-day.js";
import type { Stack } from "../stack.js";
import { complaintsOf, findChromium, launchBrowser, seriousFindings, shoot } from "../testing/browser.js";
import { eventually } from "../testing/client.js";
import { startTestStack } from "../testing/test-stack.js";

const WAIT_MS = 60_000;
const HOUR_NS = 3_600_000_000_000n;
const RULE = 'trace.has(span.name == "db.query" and span.duration > 1s)\n  and not trace.has(span.name == "retry")';
const TYPO = RULE.replace("span.name", "span.nme");

describe("a person at the console", function () {
  this.timeout(WAIT_MS * 5);
  let stack: Stack;
  let day: ShopDay;
  let browser: Browser;
  let page: Page;
  let complaints: readonly string[];
  let broken = false;
  const hindrances: string[] = [];

  before(async function () {
    const chromium = findChromium();
    if (chromium === undefined) {
      process.stderr.write("  skipped: no Chromium found; install one, or name it in BETRACE_TEST_CHROMIUM\n");
      return this.skip();
    }
    execFileSync(process.execPath, [fileURLToPath(new URL("../../../../scripts/build-console.mjs", import.meta.url))]);
    stack = await startTestStack({ GRAFANA_URL: "http://grafana.example", TEMPO_URL: undefined });
    const nowNs = (BigInt(Date.now()) / 1_000n) * 1_000_000_000n;
    day = createShopDay({ seed: 1, startNs: nowNs - 24n * HOUR_NS });
    for (const batch of day.batches) await sendOtlp(stack.tempo.otlpUrl, batch);
    browser = await launchBrowser(chromium);
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: "light" });
    context.setDefaultTimeout(WAIT_MS);
    page = await context.newPage();
    complaints = complaintsOf(page);
  });

  after(async () => {
    await browser?.close();
    await stack?.close();
  });

  // Each chapter goes on where the one before ended. Not Mocha's own `bail`: it is silent, and heeds failures of other suites too.
  beforeEach(function () {
    if (broken) this.skip();
  });
  afterEach(async function () {
    if (this.currentTest?.state !== "failed") return;
    broken = true;
    await shoot(page, "failed");
  });

  it("opens it on a machine without rules, and finds something to begin with", async () => {
    const scripts: Promise<Buffer>[] = [];
    page.on("response", (answer) => {
      if (answer.request().resourceType() === "script") scripts.push(answer.body());
    });
    await page.goto(stack.apiUrl);
    await page.getByText("A slow query that nobody retried").waitFor();
    const sizes = (await Promise.all(scripts)).map((body) => gzipSync(body).length);
    expect(sizes).to.not.be.empty;
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.be.below(200_000);
    expect(await layoutShift(page)).to.be.below(0.02);
    await inBothThemes(page, "1-home-empty", hindrances);
  });

  it("writes a rule with a typo, and sees it underlined and explained", async () => {
    await page.getByText("A slow query that nobody retried").click();
    await writeRule(page, TYPO);
    await page.locator(".cm-lintRange-error", { hasText: "span.nme" }).waitFor();
    const error = page.locator(".errors li");
    expect(await error.count()).to.equal(1);
    expect(await error.innerText()).to.match(/1:11.*no field span\.nme.*Did you mean span\.name\?/s);
    expect(await page.getByRole("button", { name: "Save" }).isDisabled()).to.equal(true);
    await inBothThemes(page, "2-rule-typo", hindrances);
  });

  it("completes services that Tempo knows", async () => {
    await writeRule(page, "trace.has(span.service == ");
    await page.keyboard.type('"');
    const inventory = page.locator(".cm-tooltip-autocomplete li", { hasText: "inventory" });
    // The page asks Tempo as it is opened; until the answer is there nothing can be completed.
    const offered = async () => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+Space");
      return inventory.waitFor({ timeout: 10_000 }).then(
        () => true,
        () => false,
      );
    };
    expect(await eventually(offered, Boolean, WAIT_MS)).to.equal(true);
    await shoot(page, "3-rule-completion");
    await page.keyboard.press("Escape");
  });

  it("fixes it, and reads in words what it means", async () => {
    await writeRule(page, RULE);
    await page.getByText("valid", { exact: true }).waitFor();
    await page.getByText(/violates this rule when there is a span whose name is "db\.query"/).waitFor();
    expect(await page.locator(".cm-lintRange-error").count()).to.equal(0);
  });

  it("keeps the unsaved rule in the address", async () => {
    await page.waitForURL((url) => url.searchParams.get("dsl") === RULE);
    await page.reload();
    await page.locator(".cm-content", { hasText: "db.query" }).waitFor();
  });

  it("tries it on the hour of the incident, unsaved, and sees a trace that matches", async () => {
    const hour = formatTimestamp(day.planted.firstNs - (day.planted.firstNs % 60_000_000_000n));
    await page.getByLabel("Time to try it on").selectOption("hour");
    await page.getByLabel("Start of the hour, UTC").fill(hour.slice(0, 16));
    await page.getByRole("button", { name: "Try", exact: true }).click();
    await page.locator(".try-state", { hasText: /\d+ matches, the earliest on/ }).waitFor();
    await page.locator(".violations tbody a").first().click();
    await page.locator(".span-marked", { hasText: "db.query" }).waitFor();
    await inBothThemes(page, "4-rule-tried", hindrances);
    const stored = await (await fetch(`${stack.apiUrl}/v1/violations`)).json();
    expect(stored).to.deep.include({ items: [] });
  });

  it("saves it, and plans a replay over the day", async () => {
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Saved" }).waitFor();
    await page.getByRole("link", { name: "Replay", exact: true }).click();
    await page.getByLabel("From, UTC").fill(formatTimestamp(day.startNs).slice(0, 19));
    await page.getByLabel("To, UTC").fill(formatTimestamp(day.endNs).slice(0, 19));
    await page.getByLabel("Length of a window").selectOption("3600");
    await page.locator(".figures", { hasText: /24 of 1 h|25 of 1 h/ }).waitFor();
    await inBothThemes(page, "5-plan", hindrances);
  });

  it("replays it, and reads off when it began", async () => {
    await page.getByRole("button", { name: "Start the replay" }).click();
    await page.waitForURL(/\/replays\//);
    const first = formatTimestamp(day.planted.firstNs);
    await page.locator("h1", { hasText: `It started on` }).waitFor();
    expect(await page.locator("h1").innerText())
      .to.contain(`${dayInWords(first)}`)
      .and.to.contain(first.slice(11, 19));
    const figures = await page.locator(".figures").innerText();
    expect(figures).to.contain(String(day.planted.violations)).and.to.contain("15,420");
    await page.locator(".mark", { hasText: `first ${first.slice(11, 19)}` }).waitFor();
    await page.locator(".mark", { hasText: `last ${formatTimestamp(day.planted.lastNs).slice(11, 19)}` }).waitFor();
    await page.locator(".strip .cell-done").nth(23).waitFor();
    expect(await page.locator(".strip .cell:not(.cell-done)").count()).to.equal(0);
    await inBothThemes(page, "6-replay", hindrances);
  });

  it("reads the timeline without seeing it", async () => {
    await page.getByText("The same as a table").click();
    const counts = await page.locator(".buckets td.number").allInnerTexts();
    expect(counts.reduce((sum, text) => sum + Number(text), 0)).to.equal(day.planted.violations);
  });

  it("opens the first violation, and sees the slow query marked in its trace", async () => {
    await page.getByRole("link", { name: "All of them in order" }).click();
    await page.locator(".violations tbody a").first().click();
    const offending = page.locator(".span-marked", { hasText: "offending" });
    await offending.waitFor();
    expect(await offending.innerText()).to.contain("db.query");
    expect(await page.locator(".detail h2").innerText()).to.contain(formatTimestamp(day.planted.firstNs).slice(11, 19));
    await page.locator(".facts", { hasText: "postgresql" }).waitFor();
    const grafana = await page.getByRole("link", { name: "Open in Grafana" }).getAttribute("href");
    expect(grafana).to.match(/^http:\/\/grafana\.example\/explore\?/);
    await inBothThemes(page, "7-violation", hindrances);
    const seen = page.url();
    await page.goto(`${seen}&span=00000000000000ff`);
    await page.getByText("The address asks for the span “00000000000000ff”, which this trace does not have.").waitFor();
    await page.goto(seen);
    await offending.waitFor();
  });

  it("narrows violations to a service that has none, and is told that none match", async () => {
    await page.getByLabel("Service").fill("ads");
    await page.getByLabel("Service").press("Enter");
    await page.getByText("None that match").waitFor();
    await page.goBack();
  });

  it("changes the rule, and sees what the change was", async () => {
    await page.goto(`${stack.apiUrl}/rules/slow-database-query-without-a-retry`);
    await writeRule(page, RULE.replace("1s", "2s"));
    await page.getByText("valid", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.locator(".versions a", { hasText: "v2" }).click();
    await page.locator(".diff", { hasText: "2s" }).waitFor();
    await inBothThemes(page, "8-rule-history", hindrances);
  });

  it("comes back to the rules, and sees what the last replay found", async () => {
    await page.getByRole("link", { name: "Rules", exact: true }).click();
    await page.locator(".rule-row", { hasText: `${day.planted.violations} violations` }).waitFor();
    expect(await page.locator(".rule-row .spark rect").count()).to.be.above(2);
    await inBothThemes(page, "9-home", hindrances);
    await page.getByRole("link", { name: "Replays", exact: true }).click();
    await page.locator(".replay-row", { hasText: "It started on" }).waitFor();
    await inBothThemes(page, "10-replays", hindrances);
  });

  it("can do without a mouse", async () => {
    await page.goto(stack.apiUrl);
    await page.locator(".rule-row").waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).to.equal("Skip to the page");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.className")).to.equal("row-title");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/rules\/slow/);
  });

  it("tells the severities apart, and filters by one that the address has in capitals", async () => {
    for (const severity of SEVERITIES) {
      const rule = { id: `of-${severity}`, name: `Of ${severity}`, dsl: 'trace.has(span.name == "x")', severity };
      const made = await fetch(`${stack.apiUrl}/v1/rules`, { method: "POST", body: JSON.stringify(rule) });
      expect(made.status).to.equal(201);
    }
    await page.goto(stack.apiUrl);
    await page.locator(".rule-row", { hasText: "Of warning" }).waitFor();
    const colours = await page.evaluate<string[]>(
      `[...document.querySelectorAll(".severity")].map((of) => getComputedStyle(of, "::before").backgroundColor)`,
    );
    expect(new Set(colours).size).to.equal(SEVERITIES.length);
    await inBothThemes(page, "11-severities", hindrances);
    await page.goto(`${stack.apiUrl}/violations?severity=HIGH`);
    await page.locator(".violations tbody a").first().waitFor();
    const choice = page.getByLabel("Severity");
    expect(await choice.inputValue()).to.equal("high");
    expect(await choice.locator("option").allInnerTexts()).to.deep.equal(["all", ...SEVERITIES.toReversed()]);
  });

  it("is told which part of an address is not understood, and goes where it was meant to lead", async () => {
    await page.goto(`${stack.apiUrl}/violations?severty=critical&severity_order=x`);
    const notice = page.locator(".address-notice");
    expect(await notice.innerText()).to.match(
      /not understood.*severty=critical.*Did you mean severity\?.*severity_order=x/s,
    );
    await page.locator(".violations tbody a").first().waitFor();
    await inBothThemes(page, "12-address", hindrances);
    await notice.getByRole("link", { name: "severity", exact: true }).first().click();
    await page.waitForURL((url) => url.search === "?severity_order=x&severity=critical");
    await page.goto(`${stack.apiUrl}/violations?severity=critical`);
    await page.locator("h1").waitFor();
    expect(await notice.count()).to.equal(0);
  });

  it("does not listen on at a replay that is over: the browser is told to stop", async () => {
    const state = await page.evaluate(`(async () => {
      const { items } = await (await fetch("/v1/replays?limit=1")).json();
      const source = new EventSource("/v1/replays/" + items[0].replay_id + "/events");
      let ends = 0;
      source.addEventListener("end", () => { ends += 1; });
      return new Promise((resolve) => {
        source.addEventListener("error", () => { if (source.readyState === EventSource.CLOSED) resolve(ends); });
      });
    })()`);
    expect(state).to.equal(1);
  });

  it("is hindered by nothing that axe-core calls serious, on any page, in either theme", () => {
    expect(hindrances.join("\n")).to.equal("");
  });

  it("was never shown a page that broke", () => expect(complaints).to.deep.equal([]));

  it("is told what is missing, in words", async () => {
    await page.goto(`${stack.apiUrl}/replays/none`);
    await page.getByText("There is no such replay").waitFor();
    await page.goto(`${stack.apiUrl}/violations?trace=0123456789abcdef0123456789abcdef`);
    await page.getByText("Tempo knows no such trace").waitFor();
    await page.goto(`${stack.apiUrl}/no/such/page`);
    await page.getByText("There is nothing here").waitFor();
    await page.goto(`${stack.apiUrl}/violations?rule=nobody`);
    await page.getByText(/there is no rule with the id "nobody"/).waitFor();
  });
});

/** Replaces the text in the editor, letter by letter where the editor would not add brackets of its own. */
async function writeRule(page: Page, text: string): Promise<void> {
  const editor = page.getByRole("textbox", { name: "The rule", exact: true });
  await editor.click();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(text);
}

/** A picture of the page in each theme, and what axe-core finds serious in either. */
async function inBothThemes(page: Page, name: string, hindrances: string[]): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await shoot(page, `${name}-${colorScheme}`);
    for (const finding of await seriousFindings(page)) hindrances.push(`${name}, ${colorScheme}: ${finding}`);
  }
}

/** Cumulative layout shift since the page was loaded (web.dev/cls), without what follows a person's input. */
function layoutShift(page: Page): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
  })`);
}

function dayInWords(iso: string): string {
  return new Intl.DateTimeFormat("en-US", { month: "short", day: "numeric", timeZone: "UTC" }).format(Date.parse(iso));
}
