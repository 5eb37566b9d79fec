-- Shows an adopted job as started: PostgreSQL has given the claim, so this only follows.
-- 1 job id, 2 queue, 3 timestamp, 4 wip score, 5 worker name, 6 rev, 7 id of the row
function changes.rq_start(A)
  local id, queue = A[1], A[2]
  local hash = 'rq:job:' .. id
  redis.call('LREM', 'rq:queue:' .. queue .. ':intermediate', 0, id)
  local shown = redis.call('HMGET', hash, 'data', 'pd_rev', 'status')
  if not shown[1] or is_late(A[6], shown[2]) or shown[3] == 'canceled' then return 0 end
  redis.call('LREM', 'rq:queue:' .. queue, 0, id)
  leave_registries(id, queue, {'scheduled', 'failed', 'finished', 'deferred'})
  redis.call('HSET', hash, 'status', 'started', 'started_at', A[3], 'last_heartbeat', A[3], 'worker_name', A[5],
    'pd_worker', A[5], 'pd_rev', A[6], 'pd_job', A[7])
  redis.call('PERSIST', hash)
  redis.call('ZADD', 'rq:wip:' .. queue, A[4], id)
  return 1
end
