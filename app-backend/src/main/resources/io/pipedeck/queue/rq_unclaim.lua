-- Puts a job back at the head of its queue that rq_claim took and nobody can run now.
-- ARGV: 1 job id, 2 queue, 3 worker name
local id, queue = ARGV[1], ARGV[2]
local hash = 'rq:job:' .. id
local v = redis.call('HMGET', hash, 'data', 'status', 'worker_name', 'ttl')
if not v[1] or v[2] ~= 'started' or v[3] ~= ARGV[3] then return 0 end
redis.call('ZREM', 'rq:wip:' .. queue, id)
redis.call('HSET', hash, 'status', 'queued', 'started_at', '', 'worker_name', '')
local ttl = tonumber(v[4] or '')
if ttl and ttl > 0 and ttl < 1e10 then redis.call('EXPIRE', hash, math.floor(ttl)) end
redis.call('LPUSH', 'rq:queue:' .. queue, id)
return 1
