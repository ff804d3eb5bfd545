import { expect } from "chai";
import { Redis } from "ioredis";
import { readRedisError } from "../redis/fault.js";
import { startTestRedis, type TestRedis, testPrefix } from "../testing/redis.js";
import { run, script } from "./script.js";

const COUNT_AND_MARK = script(`
redis.call('HINCRBY', KEYS[1], 'traces', 10)
redis.call('HSET', KEYS[1], 'done', '1')
return { 'done' }
`);

describe("a script of the ledger", () => {
  let server: TestRedis;
  let admin: Redis;
  let redis: Redis;
  const prefix = testPrefix();
  const user = prefix.slice(0, -1);

  before(async function () {
    server = await startTestRedis();
    admin = new Redis(server.url);
    // Redis 6 and the embedded one cannot be asked.
    if (server.kind === "embedded" || !/^redis_version:[7-9]/m.test(await admin.info())) return this.skip();
    await admin.call("ACL", "SETUSER", user, "reset", "on", ">x", `~${prefix}*`, "+@all");
    const url = new URL(server.url);
    [url.username, url.password] = [user, "x"];
    redis = new Redis(url.toString());
  });
  after(async () => {
    redis?.disconnect();
    if (redis !== undefined) await admin.call("ACL", "DELUSER", user);
    admin.disconnect();
    await server.close();
  });

  it("writes nothing if the user has lost the right to a later command of it", async () => {
    const key = `${prefix}replay`;
    await admin.call("ACL", "SETUSER", user, "-hset");
    const error = await run(redis, COUNT_AND_MARK, [key], []).catch((thrown: unknown) => thrown);
    expect(readRedisError(error).code).to.equal("NOPERM");
    expect(String(error)).to.include(`no permission for hset on ${key}`);
    expect(await admin.hgetall(key)).to.deep.equal({});

    await admin.call("ACL", "SETUSER", user, "+hset");
    expect(await run(redis, COUNT_AND_MARK, [key], [])).to.deep.equal(["done"]);
    expect(await admin.hgetall(key)).to.deep.equal({ traces: "10", done: "1" });
  });
});
