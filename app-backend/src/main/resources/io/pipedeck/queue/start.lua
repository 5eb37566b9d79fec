-- Marks a job as started; PostgreSQL has given the claim already, so this only follows.
-- ARGV: 1 job id, 2 queue, 3 timestamp, 4 wip score, 5 worker name, 6 rev, 7 heartbeat ttl
local id, queue, now, worker = ARGV[1], ARGV[2], ARGV[3], ARGV[5]
local hash = 'rq:job:' .. id
redis.call('LREM', 'rq:queue:' .. queue .. ':intermediate', 0, id)
redis.call('HSET', 'rq:worker:' .. worker, 'state', 'busy', 'last_heartbeat', now)
redis.call('EXPIRE', 'rq:worker:' .. worker, ARGV[7])
if redis.call('HEXISTS', hash, 'data') == 0 then return 0 end
redis.call('HSET', hash, 'status', 'started', 'started_at', now, 'last_heartbeat', now, 'worker_name', worker,
  'pd_rev', ARGV[6])
redis.call('PERSIST', hash)
redis.call('ZADD', 'rq:wip:' .. queue, ARGV[4], id)
return 1
