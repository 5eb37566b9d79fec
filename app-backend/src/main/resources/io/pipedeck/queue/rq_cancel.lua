-- Shows an adopted job as canceled.
-- 1 job id, 2 queue, 3 timestamp, 4 epoch second, 5 ttl, 6 rev of the row, 7 id of the row
function changes.rq_cancel(A)
  local id, queue = A[1], A[2]
  local hash = 'rq:job:' .. id
  local shown = redis.call('HMGET', hash, 'data', 'pd_rev')
  if is_late(A[6], shown[2]) then return 0 end
  redis.call('LREM', 'rq:queue:' .. queue, 0, id)
  redis.call('LREM', 'rq:queue:' .. queue .. ':intermediate', 0, id)
  redis.call('ZREM', 'rq:wip:' .. queue, id)
  leave_registries(id, queue, {'scheduled', 'failed', 'deferred'})
  if not shown[1] then return 0 end
  redis.call('HSET', hash, 'status', 'canceled', 'ended_at', A[3], 'pd_rev', A[6], 'pd_job', A[7])
  redis.call('EXPIRE', hash, A[5])
  redis.call('ZADD', 'rq:canceled:' .. queue, A[4], id)
  return 1
end
