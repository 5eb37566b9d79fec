-- Marks a job as started; PostgreSQL has given the claim already, so this only follows.
-- 1 job id, 2 queue, 3 timestamp, 4 wip score, 5 worker name, 6 rev, 7 '1' if it was claimed past its queue
function changes.start(A)
  local id, queue = A[1], A[2]
  local hash = 'rq:job:' .. id
  redis.call('LREM', 'rq:queue:' .. queue .. ':intermediate', 1, id)
  local shown = redis.call('HMGET', hash, 'data', 'pd_rev', 'status', 'pd_unlogged')
  if not shown[1] or is_late(A[6], shown[2]) or shown[3] == 'canceled' then return 0 end
  if A[7] == '1' or shown[3] ~= 'queued' then
    redis.call('LREM', 'rq:queue:' .. queue, 0, id)
    redis.call('ZREM', 'rq:scheduled:' .. queue, id)
  end
  set(hash, shown[4], 'status', 'started', 'started_at', A[3], 'last_heartbeat', A[3], 'worker_name', A[5], 'pd_rev', A[6])
  redis.call('PERSIST', hash)
  redis.call('ZADD', 'rq:wip:' .. queue, A[4], id)
  return 1
end
