import { existsSync, readdirSync, statSync } from "node:fs";
import { apiSettings, parseApiConfig } from "@betrace/api";
import { parseWorkerConfig, workerSettings } from "@betrace/worker";
import { expect } from "chai";
import { addressesIn, compose, data, ROOT, text } from "./files.js";

const { services, volumes } = compose();
const api = services.api ?? expect.fail("no api");
const worker = services.worker ?? expect.fail("no worker");
const dockerfile = text("Dockerfile");

/** What the image sets, read by the API and the worker both. */
const imageEnv = Object.fromEntries(
  [...(/^ENV (.+)$/m.exec(dockerfile)?.[1] ?? "").matchAll(/(\w+)=(\S+)/g)].map(([, name = "", value = ""]) => [
    name,
    value,
  ]),
);
/** The port that each service listens on inside its container, from where its program takes it. */
const LISTENS: Readonly<Record<string, readonly number[]>> = {
  api: [parseApiConfig({ ...imageEnv, ...api.environment }).port],
  worker: [parseWorkerConfig({ ...imageEnv, ...worker.environment }).workerPort ?? 0],
  redis: [6379],
  tempo: [
    data("docker/tempo.yaml").server.http_listen_port,
    Number(data("docker/tempo.yaml").distributor.receivers.otlp.protocols.http.endpoint.split(":")[1]),
  ],
  prometheus: [9090],
  loki: [3100],
  pyroscope: [4040],
  alloy: [12345],
  grafana: [3000],
};

describe("docker-compose.yml", () => {
  it("has every service that the documentation names, and no other", () => {
    expect(Object.keys(services).sort()).to.deep.equal(Object.keys(LISTENS).sort());
  });

  it("sets only variables that the API and the worker know, to values that they take", () => {
    const known = (settings: object) => Object.values(settings).map((setting: { env: string }) => setting.env);
    expect(known(apiSettings)).to.include.members(Object.keys(api.environment ?? {}));
    expect(known(workerSettings)).to.include.members(Object.keys(worker.environment ?? {}));
    expect([...known(apiSettings), ...known(workerSettings), "NODE_ENV"]).to.include.members(Object.keys(imageEnv));
    expect(parseApiConfig({ ...imageEnv, ...api.environment }).host).to.equal("0.0.0.0");
    expect(parseWorkerConfig({ ...imageEnv, ...worker.environment }).workerHost).to.equal("0.0.0.0");
  });

  it("gives the API and the worker one Redis and one Tempo", () => {
    for (const name of ["REDIS_URL", "TEMPO_URL", "REDIS_PREFIX", "TEMPO_TENANT"]) {
      expect(worker.environment?.[name], name).to.equal(api.environment?.[name]);
    }
  });

  it("opens the documented ports, on this machine only, where the services listen", () => {
    const open = Object.entries(services).flatMap(([name, { ports = [] }]) => ports.map((port) => [name, port]));
    for (const [name = "", port = ""] of open) {
      const [address, outside, inside] = port.split(":");
      expect(address, `${name} ${port}`).to.equal("127.0.0.1");
      expect(LISTENS[name], `${name} ${port}`).to.include(Number(inside));
      expect(outside).to.equal(inside);
    }
    expect(open.map(([name, port]) => `${name} ${port?.split(":")[1]}`)).to.have.members([
      "api 8080",
      "tempo 3200",
      "tempo 4318",
      "grafana 3000",
      "prometheus 9090",
    ]);
  });

  it("points every address at a service that listens there", () => {
    const files = ["docker-compose.yml", "docker/config.alloy", "docker/prometheus/prometheus.yml", ...provisioning()];
    const addresses = files.flatMap((file) => addressesIn(text(file)).map((address) => [file, address] as const));
    expect(addresses.length).to.be.greaterThan(10);
    for (const [file, address] of addresses) {
      const [name = "", port] = address.split(":");
      expect(LISTENS[name], `${address} in ${file}`).to.include(Number(port));
    }
  });

  it("asks every service whether it is well, at a port of its own, and starts it again", () => {
    for (const [name, { healthcheck, restart }] of Object.entries(services)) {
      const asked = healthcheck?.test.join(" ") ?? "";
      expect(asked, name).to.not.equal("");
      for (const [, port] of asked.matchAll(/127\.0\.0\.1[:/](\d+)/g)) {
        expect(LISTENS[name], name).to.include(Number(port));
      }
      expect(restart, name).to.equal("unless-stopped");
    }
  });

  it("waits only for services that there are", () => {
    for (const [name, { depends_on = {} }] of Object.entries(services)) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        expect(services[other]?.healthcheck, `${name} waits for ${other}`).to.not.equal(undefined);
        expect(condition).to.equal("service_healthy");
      }
    }
  });

  it("mounts files that are there, and volumes that it declares", () => {
    const used = new Set<string>();
    for (const [name, { volumes: mounts = [] }] of Object.entries(services)) {
      for (const mount of mounts) {
        const [source = "", target = "", mode] = mount.split(":");
        if (source.startsWith("./")) {
          expect(existsSync(`${ROOT}${source}`), `${name}: ${source}`).to.equal(true);
          expect(mode, `${name}: ${mount}`).to.equal("ro");
        } else if (!source.startsWith("/")) used.add(source);
        expect(target).to.match(/^\//);
      }
    }
    expect([...used].sort()).to.deep.equal(Object.keys(volumes).sort());
  });

  it("tells programs of files where they are mounted", () => {
    for (const [name, service] of Object.entries(services)) {
      const targets = (service.volumes ?? []).map((mount) => mount.split(":")[1] ?? "");
      for (const argument of service.command ?? []) {
        const path = /(?:^|=)(\/\S+\.(?:ya?ml|alloy))$/.exec(argument)?.[1];
        if (path === undefined || path === "/etc/loki/local-config.yaml") continue;
        expect(
          targets.some((target) => path === target || path.startsWith(`${target}/`)),
          `${name}: ${path}`,
        ).to.equal(true);
      }
    }
    const provider = data("docker/grafana/provisioning/dashboards/dashboards.yaml").providers[0].options.path;
    expect(services.grafana?.volumes).to.include(`./docker/grafana/dashboards:${provider}:ro`);
    const home = services.grafana?.environment?.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH ?? "";
    expect(readdirSync(`${ROOT}docker/grafana/dashboards`).map((file) => `${provider}/${file}`)).to.include(home);
  });

  it("pins every image to a release, one tag for one image, and its own to this release", () => {
    const written = ["docker-compose.yml", "Dockerfile"].map(text).join("\n");
    const images = [...written.matchAll(/(?:image: |FROM |--from=)((?:[\w.-]+\/)*[\w.-]+:[\w.-]+)/g)].map(
      ([, image]) => image ?? "",
    );
    expect(images.length).to.be.greaterThan(8);
    const tags = new Map<string, Set<string>>();
    for (const image of images) {
      const [name = "", tag = ""] = image.split(":");
      expect(tag, image).to.match(/\d+\.\d+\.\d+|\d{8}/);
      tags.set(name, (tags.get(name) ?? new Set()).add(tag));
    }
    for (const [name, found] of tags) expect(found.size, name).to.equal(1);
    expect(written).not.to.include("latest");
    expect(api.image).to.equal(`betrace:${data("package.json").version}`);
    expect(worker.image).to.equal(api.image);
    expect(services.tempo?.image.split(":")[1], "named as what it is made of").to.equal(
      /FROM grafana\/tempo:(\S+)/.exec(written)?.[1],
    );
    expect(
      [...dockerfile.matchAll(/^FROM node:([\d.]+)/gm)].map(([, version]) => version?.split(".")[0]),
    ).to.deep.equal(Array(2).fill(/>=(\d+)/.exec(data("package.json").engines.node)?.[1]));
  });

  it("lets workers be many", () => {
    expect(worker).to.not.have.any.keys("container_name", "ports");
  });

  it("keeps what Redis is told on disk and throws nothing away", () => {
    const command = (services.redis?.command ?? []).join(" ");
    expect(command).to.include("--appendonly yes").and.include("--maxmemory-policy noeviction");
    expect(services.redis?.volumes?.[0]).to.match(/:\/data$/);
  });

  it("has a Tempo that finds violations by their own time and keeps traces as long as replays are kept", () => {
    const tempo = data("docker/tempo.yaml");
    const hours = (text: string) => Number(/^(\d+)h$/.exec(text)?.[1]);
    expect(hours(tempo.storage.trace.wal.ingestion_time_range_slack) * 3_600_000).to.be.at.least(
      hours(tempo.compactor.compaction.block_retention) * 3_600_000,
    );
    expect(hours(tempo.query_frontend.search.query_ingesters_until)).to.equal(
      hours(tempo.storage.trace.wal.ingestion_time_range_slack),
    );
    expect(hours(tempo.compactor.compaction.block_retention) * 3_600_000).to.be.at.least(
      parseApiConfig({}).replayRetentionMs,
    );
    const mounted = (services.tempo?.volumes ?? []).map((mount) => mount.split(":")[1] ?? "");
    for (const path of [tempo.storage.trace.local.path, tempo.storage.trace.wal.path]) {
      expect(
        mounted.some((target) => path.startsWith(`${target}/`)),
        path,
      ).to.equal(true);
    }
  });
});

describe("the image", () => {
  it("runs as nobody, changes nothing of itself, and starts what is there", () => {
    expect(dockerfile).to.match(/^USER [1-9]\d*:[1-9]\d*$/m);
    expect(dockerfile).to.include("npm ci --omit=dev");
    for (const service of [api, worker]) {
      expect(service.read_only).to.equal(true);
      expect(existsSync(`${ROOT}${service.command?.[0]}`), service.command?.[0]).to.equal(true);
    }
    expect(Object.keys(data("package.json").dependencies)).to.include(
      /^ENTRYPOINT \["node", .*"--import", "(\w+)"\]$/m.exec(dockerfile)?.[1],
    );
  });

  it("is made from files that are there and that .dockerignore lets through", () => {
    const lines = text(".dockerignore").split("\n");
    expect(lines).to.include("*");
    const let_through = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
    for (const path of let_through) expect(existsSync(`${ROOT}${path}`), path).to.equal(true);
    for (const [, sources = ""] of dockerfile.matchAll(/^COPY --from=(?:build|production) ((?:\/betrace\S* )+)/gm)) {
      for (const source of sources.trim().split(" ")) {
        const path = source.replace("/betrace/", "");
        if (path === "node_modules") continue;
        expect(let_through.includes(path.split("/")[0] ?? ""), path).to.equal(true);
        expect(existsSync(`${ROOT}${path.replace(/\/dist$/, "")}`), path).to.equal(true);
      }
    }
    expect(data("package.json").scripts.prepare, "builds the console").to.include("build-console");
  });
});

function provisioning(): string[] {
  const home = "docker/grafana/provisioning";
  return readdirSync(`${ROOT}${home}`, { recursive: true })
    .map((path) => `${home}/${path}`)
    .filter((path) => statSync(`${ROOT}${path}`).isFile());
}
