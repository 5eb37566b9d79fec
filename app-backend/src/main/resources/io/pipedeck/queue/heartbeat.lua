-- Signs of life of workers, busy with a job or idle.
-- ARGV: 1 timestamp, 2 wip score, 3 ttl of a busy worker, 4 of an idle one, 5 state of an idle one;
--       then for each worker
--       name, job id or '', queue or '', jobs that worked since the last time, that failed, seconds of work
-- Returns the names of those whose hash had expired: they must register again.
local now, expired = ARGV[1], {}
for i = 6, #ARGV, 6 do
  local name, id, queue = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local worker = 'rq:worker:' .. name
  if id ~= '' then
    local own = redis.call('HMGET', 'rq:job:' .. id, 'data', 'status', 'worker_name')
    if own[1] and own[2] == 'started' and own[3] == name then
      redis.call('ZADD', 'rq:wip:' .. queue, ARGV[2], id)
      redis.call('HSET', 'rq:job:' .. id, 'last_heartbeat', now)
    end
  end
  -- A stub without its other fields would hide that it has expired.
  if redis.call('HEXISTS', worker, 'birth') == 0 then
    expired[#expired + 1] = name
  else
    redis.call('HSET', worker, 'last_heartbeat', now, 'state', id == '' and ARGV[5] or 'busy')
    if ARGV[i + 3] ~= '0' then redis.call('HINCRBY', worker, 'successful_job_count', ARGV[i + 3]) end
    if ARGV[i + 4] ~= '0' then redis.call('HINCRBY', worker, 'failed_job_count', ARGV[i + 4]) end
    if ARGV[i + 5] ~= '0' then redis.call('HINCRBYFLOAT', worker, 'total_working_time', ARGV[i + 5]) end
    redis.call('EXPIRE', worker, id == '' and ARGV[4] or ARGV[3])
  end
end
return expired
