-- Makes a queued job visible to workers, once: an id that waits or runs already stays where it is.
-- ARGV: 1 job id, 2 queue, 3 timestamp, 4 data, 5 description, 6 timeout, 7 created_at, 8 result ttl, 9 failure ttl,
--       10 rev
-- Returns 1 if it was pushed.
local id, queue, now = ARGV[1], ARGV[2], ARGV[3]
local hash, list = 'rq:job:' .. id, 'rq:queue:' .. queue
local known = redis.call('EXISTS', hash) == 1
if known then
  if redis.call('LPOS', list, id) then return 0 end
  local shown = redis.call('HMGET', hash, 'pd_rev', 'status')
  local rev = tonumber(shown[1] or '') or -1
  -- This push is late: the job has gone on since.
  if rev > tonumber(ARGV[10]) then return 0 end
  if rev == tonumber(ARGV[10]) and shown[2] == 'started' and redis.call('ZSCORE', 'rq:wip:' .. queue, id) then return 0 end
  redis.call('LREM', list .. ':intermediate', 0, id)
  for _, registry in ipairs({'wip', 'finished', 'failed', 'scheduled', 'canceled', 'deferred'}) do
    redis.call('ZREM', 'rq:' .. registry .. ':' .. queue, id)
  end
  redis.call('PERSIST', hash)
end
redis.call('SADD', 'rq:queues', list)
redis.call('HSET', hash, 'created_at', ARGV[7], 'data', ARGV[4], 'origin', queue, 'status', 'queued',
  'timeout', ARGV[6], 'description', ARGV[5], 'enqueued_at', now, 'started_at', '', 'ended_at', '',
  'last_heartbeat', '', 'worker_name', '', 'success_callback_name', '', 'failure_callback_name', '',
  'stopped_callback_name', '', 'group_id', '', 'result_ttl', ARGV[8], 'failure_ttl', ARGV[9], 'pd_rev', ARGV[10])
redis.call('RPUSH', list, id)
return 1
