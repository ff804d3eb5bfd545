import { TempoError } from "@betrace/tempo";
import { ViolationWriteError } from "@betrace/violations";
import { expect } from "chai";
import { connect } from "./connection.js";
import { readRedisError, redisFault, sayRedisFault } from "./fault.js";

const coded = (code: string, message: string) => Object.assign(new Error(message), { code });
const reply = (message: string) => Object.assign(new Error(message), { name: "ReplyError" });

describe("a fault of Redis", () => {
  it("is read by the word that Redis begins with, in a script of any version too", () => {
    const sha = "c227d020c3de1ee1b516c269eb09dcff49a82b32";
    const read = [
      ["READONLY You can't write against a read only replica.", "READONLY"],
      [`READONLY You can't write against a read only replica. script: ${sha}, on @user_script:6.`, "READONLY"],
      [
        `ERR Error running script (call to f_${sha}): @user_script:6: @user_script: 6: -READONLY You can't write against a read only replica.`,
        "READONLY",
      ],
      ["OOM command not allowed when used memory > 'maxmemory'.", "OOM"],
      ["-OOM command not allowed when used memory > 'maxmemory'.", "OOM"],
      ["MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.", "MISCONF"],
      ["NOPERM User app has no permissions to run the 'info' command", "NOPERM"],
      ["ERR ACL failure in script: User app has no permissions to run the 'zadd' command script: x", "NOPERM"],
      ["NOAUTH Authentication required.", "NOAUTH"],
      ["WRONGPASS invalid username-password pair or user is disabled.", "WRONGPASS"],
      ["ERR invalid password", "WRONGPASS"],
      ["DENIED Redis is running in protected mode because protected mode is enabled and no password is set", "DENIED"],
      ["LOADING Redis is loading the dataset in memory", "LOADING"],
      ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", "MASTERDOWN"],
      ["BUSY Redis is busy running a script.", "BUSY"],
      ["NOREPLICAS Not enough good replicas to write.", "NOREPLICAS"],
      ["UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)", "UNBLOCKED"],
      ["CROSSSLOT Keys in request don't hash to the same slot", "CROSSSLOT"],
      ["ERR Script attempted to access a non local key in a cluster node script: x", "CROSSSLOT"],
      ["MOVED 11533 127.0.0.1:7001", "MOVED"],
      ["CLUSTERDOWN Hash slot not served", "CLUSTERDOWN"],
      ["ERR max number of clients reached", "MAXCLIENTS"],
      ["ERR DB index is out of range", "NODB"],
      ["ERR unknown command 'EVALSHA', with args beginning with: ", "NOCOMMAND"],
      ["WRONGTYPE Operation against a key holding the wrong kind of value", "WRONGTYPE"],
      ["ERR something nobody has seen", "ERR"],
      ["NEWWORD of a Redis to come", "ERR"],
    ] as const;
    for (const [message, code] of read) expect(redisFault(reply(message))?.code, message).to.equal(code);
  });

  it("is read from what the system says of a connection, of each address of a name", () => {
    const refused = coded("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:6379");
    const both = Object.assign(new AggregateError([refused, coded("ECONNREFUSED", "connect ECONNREFUSED ::1:6379")]), {
      code: "ECONNREFUSED",
    });
    expect(readRedisError(both)).to.include({ code: "REFUSED", said: "connect ECONNREFUSED 127.0.0.1:6379" });
    const read = [
      [coded("ENOTFOUND", "getaddrinfo ENOTFOUND redis"), "UNKNOWN_HOST"],
      [coded("EHOSTUNREACH", "connect EHOSTUNREACH"), "UNREACHABLE"],
      [coded("ECONNRESET", "read ECONNRESET"), "CLOSED"],
      [coded("ETIMEDOUT", "connect ETIMEDOUT"), "TIMEOUT"],
      [coded("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"), "TLS"],
      [coded("CERT_HAS_EXPIRED", "certificate has expired"), "TLS"],
      [coded("ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match"), "TLS"],
      [coded("EPROTO", "write EPROTO ... wrong version number"), "TLS"],
      [new Error("Socket timeout. Expecting data, but didn't receive any in 20000ms."), "TIMEOUT"],
      [new Error('Unknown RESP type 72 "H". Please report this.'), "NOT_REDIS"],
    ] as const;
    for (const [error, code] of read) expect(readRedisError(error).code, error.message).to.equal(code);
  });

  it("says what it means, what Redis said and what to do, on one line and with no word of a secret", () => {
    const fault = redisFault(reply("WRONGPASS invalid username-password pair or\nuser is disabled."));
    expect(fault && sayRedisFault(fault)).to.equal(
      "WRONGPASS, Redis does not know this user with this password, or the user is off " +
        "(“invalid username-password pair or user is disabled.”). What to do: put the right user and password into REDIS_URL.",
    );
  });

  it("is none of Tempo's, of the OTLP receiver's or of anyone else's, however alike they look", () => {
    const refused = coded("ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:3200");
    const others = [
      refused,
      new Error("fetch failed", { cause: refused }),
      new Error("fetch failed", { cause: new AggregateError([refused]) }),
      coded("ETIMEDOUT", "connect ETIMEDOUT"),
      coded("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"),
      new TempoError("unreachable", "No answer to GET /ready", { retryable: true, cause: refused }),
      new ViolationWriteError("unreachable", "the receiver cannot be reached", true, 0, refused),
      new ViolationWriteError("refused", "the receiver said so", true, 0, reply("OOM out of memory")),
      new DOMException("The operation was aborted due to timeout", "TimeoutError"),
      new TypeError("x is not a function"),
      "READONLY",
      undefined,
    ];
    for (const thrown of others) expect(redisFault(thrown), String(thrown)).to.equal(undefined);
  });

  it("of a command that could not be sent is what broke its connection, also as the cause of another error", async () => {
    const redis = connect({ url: "redis://127.0.0.1:1" }, { enableOfflineQueue: false, retryStrategy: () => 60_000 });
    await new Promise<void>((resolve) => redis.once("reconnecting", () => resolve()));
    const error: unknown = await redis.get("key").catch((thrown: unknown) => thrown);
    redis.disconnect();
    expect(String(error)).to.include("Stream isn't writeable");
    expect(redisFault(error)?.code).to.equal("REFUSED");
    expect(redisFault(new Error("the list could not be read", { cause: error }))?.code).to.equal("REFUSED");
  });
});
