-- A sign of life of a worker, busy with a job or idle.
-- ARGV: 1 worker name, 2 timestamp, 3 ttl in seconds, 4 job id or '', 5 queue, 6 wip score
-- Returns 1 if the worker's hash had expired: it must register again.
local worker, id = 'rq:worker:' .. ARGV[1], ARGV[4]
if id ~= '' then
  local own = redis.call('HMGET', 'rq:job:' .. id, 'data', 'status', 'worker_name')
  if own[1] and own[2] == 'started' and own[3] == ARGV[1] then
    redis.call('ZADD', 'rq:wip:' .. ARGV[5], ARGV[6], id)
    redis.call('HSET', 'rq:job:' .. id, 'last_heartbeat', ARGV[2])
  end
end
if redis.call('HEXISTS', worker, 'birth') == 0 then return 1 end
redis.call('HSET', worker, 'last_heartbeat', ARGV[2], 'state', id == '' and 'idle' or 'busy')
redis.call('EXPIRE', worker, ARGV[3])
return 0
