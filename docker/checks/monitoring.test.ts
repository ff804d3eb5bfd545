import { spawnSync } from "node:child_process";
import { parseApiConfig, startApi } from "@betrace/api";
import { type LocalRedis, startLocalRedis } from "@betrace/local-redis";
import { parseWorkerConfig, startWorker } from "@betrace/worker";
import { expect } from "chai";
import { compose, data, ROOT, text } from "./files.js";

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const dashboard = data("docker/grafana/dashboards/betrace.json");
const datasources: { uid: string; type: string }[] = data(
  "docker/grafana/provisioning/datasources/datasources.yaml",
).datasources;

/** Every PromQL expression: of the alerts, of the dashboard and its variables, of Grafana's own rule. */
function expressions(): string[] {
  const rules = data("docker/prometheus/alerts.yml").groups.flatMap(
    (group: { rules: { expr: string }[] }) => group.rules,
  );
  const grafana = data("docker/grafana/provisioning/alerting/rules.yaml").groups[0].rules[0].data;
  return [
    ...rules.map((rule: { expr: string }) => rule.expr),
    ...targets().flatMap((target) => (target.datasource.uid === "prometheus" ? [target.expr ?? ""] : [])),
    ...dashboard.templating.list.map((variable: { query: { query: string } }) => variable.query.query),
    grafana[0].model.expr,
  ];
}

interface Target {
  readonly datasource: { readonly uid: string; readonly type: string };
  readonly expr?: string;
  readonly query?: string;
}

function targets(): Target[] {
  return dashboard.panels.flatMap((panel: { targets: Target[] }) => panel.targets);
}

/** Counters, gauges and histograms by name, from a scrape. */
function namesIn(scrape: string): Set<string> {
  return new Set(
    [...scrape.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = "", type]) =>
      type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

describe("dashboards and alerts", () => {
  let redis: LocalRedis;
  let scrapes: { readonly job: string; readonly text: string }[];

  before(async () => {
    redis = await startLocalRedis({
      path: process.env.BETRACE_TEST_REDIS === "embedded" ? "" : (process.env.PATH ?? ""),
    });
    const env = { REDIS_URL: redis.url, PORT: "0", WORKER_PORT: "0", TEMPO_URL: "http://127.0.0.1:9" };
    const api = await startApi(parseApiConfig(env), { log: SILENT });
    const worker = await startWorker(parseWorkerConfig(env), { log: SILENT });
    const rule = JSON.stringify({ id: "any", name: "Any", dsl: "span.duration > 1s" });
    await (await fetch(`${api.url}/v1/rules`, { method: "POST", body: rule })).arrayBuffer();
    const scrape = async (url: string) => (await fetch(`${url}/metrics`)).text();
    scrapes = [
      { job: "betrace-api", text: await scrape(api.url) },
      { job: "betrace-worker", text: await scrape(`http://127.0.0.1:${worker.port}`) },
    ];
    await Promise.all([api.close(), worker.close()]);
  });
  after(() => redis.close());

  it("ask only for metrics that the API and the workers have, with labels that these have", () => {
    const there = new Set(scrapes.flatMap(({ text }) => [...namesIn(text)]));
    const used = new Set<string>();
    for (const expression of expressions()) {
      const names = [...expression.matchAll(/\bbetrace_\w+/g)].map(([name]) => name);
      expect(names.length > 0 || /\b(up|ALERTS)\b/.test(expression), expression).to.equal(true);
      for (const name of names) used.add(name);
      for (const [, name = "", labels = ""] of expression.matchAll(/\b(betrace_\w+)\{([^}]*)\}/g)) {
        const series =
          scrapes.map(({ text }) => new RegExp(`^${name}\\{(.*)\\}`, "m").exec(text)?.[1]).find(Boolean) ?? "";
        for (const [, label] of labels.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g))
          expect(series, expression).to.include(`${label}="`);
      }
    }
    expect([...used].filter((name) => !there.has(name))).to.deep.equal([]);
    expect(used.size).to.be.greaterThan(8);
  });

  it("ask only jobs that Prometheus scrapes, where the services serve their metrics", () => {
    const config = data("docker/prometheus/prometheus.yml");
    const jobs: string[] = config.scrape_configs.map((job: { job_name: string }) => job.job_name);
    expect(jobs).to.include.members(scrapes.map(({ job }) => job));
    for (const [, op, job = ""] of expressions()
      .join("\n")
      .matchAll(/\bup\{job(=~|=)"([^"]+)"/g)) {
      expect(
        jobs.some((name) => (op === "=" ? name === job : new RegExp(`^${job}$`).test(name))),
        job,
      ).to.equal(true);
    }
    const workers = config.scrape_configs.find((job: { job_name: string }) => job.job_name === "betrace-worker");
    const [found] = workers.dns_sd_configs;
    expect(found.names).to.deep.equal(["worker"]);
    expect(text("Dockerfile")).to.include(`WORKER_PORT=${found.port}`);
  });

  it("name datasources that are provisioned, each by its type", () => {
    const types = new Map(datasources.map(({ uid, type }) => [uid, type]));
    const named = [
      ...targets().map((target) => target.datasource),
      ...dashboard.panels.map((panel: Target) => panel.datasource),
    ];
    for (const { uid, type } of named) expect(types.get(uid), uid).to.equal(type);
    const elsewhere = `${text("docker/grafana/provisioning/datasources/datasources.yaml")}${text("docker/grafana/provisioning/alerting/rules.yaml")}`;
    for (const [, uid = ""] of elsewhere.matchAll(/datasourceUid: (\w+)/g)) {
      expect(uid === "__expr__" || types.has(uid), uid).to.equal(true);
    }
    expect(compose().services.api?.environment?.GRAFANA_TEMPO_DATASOURCE_UID).to.equal(
      datasources.find(({ type }) => type === "tempo")?.uid,
    );
  });

  it("have panels that do not lie over each other", () => {
    const taken = new Map<string, string>();
    for (const { title, gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w).to.be.at.most(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.get(`${x} ${y}`), title).to.equal(undefined);
          taken.set(`${x} ${y}`, title);
        }
      }
    }
  });

  it("are what promtool takes, and each alert fires when it should and only then", function () {
    const config = ["check", "config", "docker/prometheus/prometheus.yml"];
    const rules = ["test", "rules", "docker/prometheus/alerts.test.yml"];
    for (const args of [config, rules]) {
      const run = spawnSync("promtool", args, { cwd: ROOT, encoding: "utf8" });
      if (run.error !== undefined) {
        console.log("      skipped: no promtool on the PATH (it comes with Prometheus)");
        return this.skip();
      }
      expect(run.status, `${run.stdout}${run.stderr}`).to.equal(0);
    }
    const tried = text("docker/prometheus/alerts.test.yml");
    for (const [, alert = ""] of text("docker/prometheus/alerts.yml").matchAll(/alert: (\w+)/g)) {
      expect(tried).to.include(alert);
    }
  });
});
