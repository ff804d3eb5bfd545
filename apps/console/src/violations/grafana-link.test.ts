import { expect } from "chai";
import { grafanaLink } from "./grafana-link.js";

const TRACE = "0123456789abcdef0123456789abcdef";

describe("the link to Grafana", () => {
  it("opens the trace in the named datasource", () => {
    const link = grafanaLink({ grafana_url: "https://grafana.example/g/", grafana_datasource_uid: "tempo-1" }, TRACE);
    const url = new URL(link ?? "");
    expect(`${url.origin}${url.pathname}`).to.equal("https://grafana.example/g/explore");
    const panes = JSON.parse(url.searchParams.get("panes") ?? "{}");
    expect(panes.betrace.datasource).to.equal("tempo-1");
    expect(panes.betrace.queries[0]).to.include({ query: TRACE, queryType: "traceql" });
  });

  it("leaves the choice to Grafana where no datasource is named", () => {
    const link = grafanaLink({ grafana_url: "https://grafana.example", grafana_datasource_uid: null }, TRACE);
    expect(JSON.parse(new URL(link ?? "").searchParams.get("panes") ?? "{}").betrace).not.to.have.property(
      "datasource",
    );
  });

  it("is none without a Grafana", () => {
    expect(grafanaLink({ grafana_url: null, grafana_datasource_uid: "x" }, TRACE)).to.equal(undefined);
    expect(grafanaLink(undefined, TRACE)).to.equal(undefined);
  });
});
