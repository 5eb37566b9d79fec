-- Marks a job as started; PostgreSQL has given the claim already, so this only follows.
-- ARGV: 1 job id, 2 queue, 3 timestamp, 4 wip score, 5 worker name, 6 rev, 7 heartbeat ttl
local id, queue, now, worker = ARGV[1], ARGV[2], ARGV[3], 'rq:worker:' .. ARGV[5]
local hash = 'rq:job:' .. id
redis.call('LREM', 'rq:queue:' .. queue .. ':intermediate', 0, id)
-- An expired worker is born again by its heartbeat; a stub without its other fields would hide that.
if redis.call('HEXISTS', worker, 'birth') == 1 then
  redis.call('HSET', worker, 'state', 'busy', 'last_heartbeat', now)
  redis.call('EXPIRE', worker, ARGV[7])
end
if redis.call('HEXISTS', hash, 'data') == 0 then return 0 end
-- Canceled or taken away meanwhile: that is shown already.
if (tonumber(redis.call('HGET', hash, 'pd_rev') or '') or -1) > tonumber(ARGV[6]) then return 0 end
redis.call('LREM', 'rq:queue:' .. queue, 0, id)
redis.call('ZREM', 'rq:scheduled:' .. queue, id)
redis.call('HSET', hash, 'status', 'started', 'started_at', now, 'last_heartbeat', now, 'worker_name', ARGV[5],
  'pd_rev', ARGV[6])
redis.call('PERSIST', hash)
redis.call('ZADD', 'rq:wip:' .. queue, ARGV[4], id)
return 1
