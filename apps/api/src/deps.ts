import type { Log } from "@betrace/contracts";
import type { Clock, RedisHealth, Replays, RuleStore, ShardQueue } from "@betrace/replay";
import type { TempoClient } from "@betrace/tempo";

/** What the handlers work with. */
export interface ApiDeps {
  readonly rules: RuleStore;
  readonly replays: Replays;
  readonly queue: ShardQueue;
  readonly health: RedisHealth;
  readonly tempo: TempoClient;
  readonly clock: Clock;
  /** For what happens outside a request. */
  readonly log: Log;
  /** Where traces can be opened in Grafana; undefined: nowhere. */
  readonly grafana: { readonly url: string | undefined; readonly tempoDatasourceUid: string | undefined };
  /** Used where a replay does not say its own; undefined: chosen from the range. */
  readonly shardSeconds: number | undefined;
}
