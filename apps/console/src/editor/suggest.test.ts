import { expect } from "chai";
import { suggest } from "./suggest.js";

const KNOWN = {
  span: ["http.route", "amount"],
  resource: ["service.name", "k8s.pod.name"],
  services: ["checkout", "gateway"],
  span_names: ["db.query", "retry"],
};
const labels = (before: string) => suggest(before, KNOWN)?.words.map((word) => word.label);

describe("completion", () => {
  it("begins with what a trace can be asked", () => {
    expect(labels("")).to.include.members(["trace.has", "count", "when", "not"]);
    expect(labels("tra")).to.include("trace.has").and.not.include("span.name");
    expect(suggest("not tra", KNOWN)?.from).to.equal(4);
  });

  it("offers fields of a span inside a call, and inside parentheses of that", () => {
    expect(labels("trace.has(sp")).to.include("span.name").and.not.include("trace.has");
    expect(labels("trace.has((sp")).to.include("span.name");
    expect(labels('trace.has(span.name == "a)" and sp')).to.include("span.duration");
  });

  it("offers what a trace can be asked after the call, and inside parentheses that are no call", () => {
    expect(labels('trace.has(span.name == "a") and tr')).to.include("trace.has").and.not.include("span.name");
    expect(labels("(tr")).to.include("trace.has");
  });

  it("offers only what joins after a complete condition", () => {
    expect(labels('trace.has(span.name == "a") ')).to.include("and").and.not.include("trace.has");
    expect(labels("when { trace.has(span.kind) } ")).to.have.members(["when", "always", "never"]);
  });

  it("knows the attributes, services and names of the Tempo that is asked", () => {
    expect(labels('trace.has(span.attributes["ht')).to.deep.equal(KNOWN.span);
    expect(labels('trace.has(span.resource["')).to.deep.equal(KNOWN.resource);
    expect(labels('trace.has(span.service == "')).to.deep.equal(KNOWN.services);
    expect(labels('trace.root.service in ["gateway", "')).to.deep.equal(KNOWN.services);
    expect(labels('trace.has(span.name == "db')).to.deep.equal(KNOWN.span_names);
    expect(labels('trace.has(span.status == "')).to.deep.equal(["ok", "error", "unset"]);
    expect(suggest('trace.has(span.name == "db', KNOWN)?.from).to.equal(24);
  });

  it("asks for the values of one attribute", () => {
    const asked = suggest('trace.has(span.resource["k8s.pod.name"] == "che', KNOWN);
    expect(asked?.valuesOf).to.deep.equal({ scope: "resource", key: "k8s.pod.name" });
  });

  it("is quiet in comments, and in strings of which nothing is known", () => {
    expect(suggest("// trace.h", KNOWN)).to.equal(undefined);
    expect(suggest('trace.has(span.name matches "^db', KNOWN)).to.equal(undefined);
  });

  it("still knows the language while nothing is known of Tempo", () => {
    expect(suggest("tr", undefined)?.words).not.to.be.empty;
    expect(suggest('trace.has(span.attributes["', undefined)?.words).to.deep.equal([]);
  });
});
