import { expect } from "chai";
import { parseDuration } from "./duration.js";
import { parseSettings, SettingsError } from "./parse.js";
import { durationSetting, headersSetting, integerSetting, textSetting, urlSetting } from "./setting.js";
import { settingsTable, showSettings } from "./show.js";

const group = {
  port: integerSetting({ env: "PORT", fallback: "8080", min: 0, max: 65_535, means: "Where." }),
  url: urlSetting({ env: "URL", schemes: ["redis"], fallback: "redis://h", secret: "password", means: "Which." }),
  pauseMs: durationSetting({ env: "PAUSE", fallback: "5m", minMs: 0, maxMs: 3_600_000, means: "How long." }),
  token: textSetting({ env: "TOKEN", fallback: undefined, secret: "value", means: "Key." }),
  headers: headersSetting({ env: "HEADERS", fallback: "", means: "More." }),
} as const;

describe("settings", () => {
  it("have defaults, and an empty variable counts as not given", () => {
    const values = parseSettings(group, { PORT: "", PAUSE: "1h" });
    expect(values).to.deep.equal({ port: 8080, url: "redis://h", pauseMs: 3_600_000, headers: {} });
  });

  it("name all problems at once and never a secret", () => {
    const attempt = () =>
      parseSettings(group, { PORT: "x1", URL: "http://u:hunter2@h", PAUSE: "5", HEADERS: "hunter2" });
    expect(attempt)
      .to.throw(SettingsError, /PORT.*\n.*URL.*\n.*PAUSE.*\n.*HEADERS/)
      .with.property("problems")
      .that.has.length(4);
    expect(attempt).not.to.throw(/hunter2/);
  });

  it("are shown without their secrets", () => {
    const values = parseSettings(group, { URL: "redis://me:hunter2@h:1", TOKEN: "hunter2", HEADERS: "a=hunter2" });
    expect(showSettings(group, values)).to.deep.equal({
      PORT: "8080",
      URL: "redis://me:***@h:1",
      PAUSE: "5m",
      TOKEN: "[redacted]",
      HEADERS: "[redacted]",
    });
  });

  it("read headers the way OpenTelemetry writes them", () => {
    expect(parseSettings(group, { HEADERS: "X-Scope-OrgID=a, Authorization=Basic%20abc=" }).headers).to.deep.equal({
      "X-Scope-OrgID": "a",
      Authorization: "Basic abc=",
    });
  });

  it("make the table of the operating guide", () => {
    const table = settingsTable({ one: group, two: { port: group.port } });
    expect(table).to.include("| `PORT` | one, two | number | `8080` | Where. |");
  });

  it("need a unit on a duration", () => {
    expect(parseDuration("1h30m")).to.equal(5_400_000);
    expect(parseDuration("1.5s")).to.equal(1_500);
    expect(parseDuration("90")).to.equal(undefined);
    expect(parseDuration("-1s")).to.equal(undefined);
  });
});
