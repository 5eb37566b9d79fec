-- A job was canceled in PostgreSQL.
-- ARGV: 1 job id, 2 queue, 3 timestamp, 4 epoch second, 5 ttl, 6 rev
local id, queue = ARGV[1], ARGV[2]
local hash, list = 'rq:job:' .. id, 'rq:queue:' .. queue
if (tonumber(redis.call('HGET', hash, 'pd_rev') or '') or -1) > tonumber(ARGV[6]) then return 0 end
redis.call('LREM', list, 0, id)
redis.call('LREM', list .. ':intermediate', 0, id)
for _, registry in ipairs({'wip', 'scheduled', 'failed', 'deferred'}) do
  redis.call('ZREM', 'rq:' .. registry .. ':' .. queue, id)
end
if redis.call('HEXISTS', hash, 'data') == 0 then return 0 end
redis.call('HSET', hash, 'status', 'canceled', 'ended_at', ARGV[3], 'pd_rev', ARGV[6])
redis.call('EXPIRE', hash, ARGV[5])
-- RQ never cleans this registry: what stands in it longer than its hash goes.
redis.call('ZREMRANGEBYSCORE', 'rq:canceled:' .. queue, 0, ARGV[4] - ARGV[5])
redis.call('ZADD', 'rq:canceled:' .. queue, ARGV[4], id)
return 1
