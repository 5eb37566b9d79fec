-- After a failed attempt that is followed by another one.
-- ARGV: 1 job id, 2 queue, 3 timestamp, 4 epoch second of the next start, 5 worker name, 6 elapsed seconds, 7 rev
local id, queue, worker = ARGV[1], ARGV[2], 'rq:worker:' .. ARGV[5]
local hash = 'rq:job:' .. id
if redis.call('HEXISTS', worker, 'birth') == 1 then
  redis.call('HSET', worker, 'state', 'idle', 'last_heartbeat', ARGV[3])
  redis.call('HINCRBY', worker, 'failed_job_count', 1)
  redis.call('HINCRBYFLOAT', worker, 'total_working_time', ARGV[6])
end
local own = redis.call('HMGET', hash, 'data', 'pd_rev')
-- The pause is over and the job was pushed again: this comes late.
if (tonumber(own[2] or '') or -1) > tonumber(ARGV[7]) then return 0 end
redis.call('ZREM', 'rq:wip:' .. queue, id)
if not own[1] then return 0 end
redis.call('HSET', hash, 'status', 'scheduled', 'ended_at', ARGV[3], 'pd_rev', ARGV[7])
redis.call('ZADD', 'rq:scheduled:' .. queue, ARGV[4], id)
return 1
