-- A job failed for good because its worker was lost: nobody of that worker says so.
-- ARGV: 1 job id, 2 queue, 3 timestamp, 4 epoch second, 5 ttl, 6 base64(zlib(text)), 7 rev
local id, queue = ARGV[1], ARGV[2]
local hash, results = 'rq:job:' .. id, 'rq:results:' .. id
local own = redis.call('HMGET', hash, 'data', 'pd_rev', 'worker_name')
if (tonumber(own[2] or '') or -1) > tonumber(ARGV[7]) then return 0 end
redis.call('ZREM', 'rq:wip:' .. queue, id)
redis.call('LREM', 'rq:queue:' .. queue .. ':intermediate', 0, id)
if not own[1] then return 0 end
redis.call('HSET', hash, 'status', 'failed', 'ended_at', ARGV[3], 'pd_rev', ARGV[7])
redis.call('EXPIRE', hash, ARGV[5])
redis.call('ZADD', 'rq:failed:' .. queue, ARGV[4] + ARGV[5], id)
redis.call('XADD', results, 'MAXLEN', '~', '10', '*', 'type', '2', 'worker_name', own[3] or '', 'exc_string', ARGV[6])
redis.call('EXPIRE', results, ARGV[5])
return 1
