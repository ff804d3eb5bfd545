/**
 * Every command on a key that is sent, or called by a script of ours or of BullMQ's. A script that may not call one of
 * them stops in the middle, with half of its writes done, so a process asks for all of them before it uses Redis. The
 * Redis user in docs/operating.md has them.
 */
export const KEY_COMMANDS: readonly string[] =
  `bzpopmin del exists get hdel hexists hget hgetall hincrby hlen hmget hmset hset incr lindex llen lpos lpush lrange lrem ltrim persist
  pexpire pttl rpop rpoplpush rpush sadd scard set smembers srem sscan unlink xadd xtrim zadd zcard zcount zpopmin zrange zrangebylex
  zrangebyscore zrem zremrangebyrank zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zscore`.split(/\s+/);

/** The others: for scripts and transactions, and what a connection begins with. */
export const OTHER_COMMANDS: readonly string[] =
  "client|setname eval evalsha exec hello info multi script|exists script|load".split(" ");
