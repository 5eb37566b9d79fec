-- A job was canceled in PostgreSQL.
-- 1 job id, 2 queue, 3 timestamp, 4 epoch second, 5 ttl, 6 rev
function changes.cancel(A)
  local id, queue = A[1], A[2]
  local hash, list = 'rq:job:' .. id, 'rq:queue:' .. queue
  local shown = redis.call('HMGET', hash, 'data', 'pd_rev', 'status', 'pd_unlogged')
  if is_late(A[6], shown[2]) then return 0 end
  redis.call('LREM', list, 0, id)
  redis.call('LREM', list .. ':intermediate', 0, id)
  for _, registry in ipairs({'wip', 'scheduled', 'failed', 'deferred'}) do
    redis.call('ZREM', 'rq:' .. registry .. ':' .. queue, id)
  end
  if not shown[1] then return 0 end
  set(hash, shown[4], 'status', 'canceled', 'ended_at', A[3], 'pd_rev', A[6])
  redis.call('EXPIRE', hash, A[5])
  -- RQ never cleans this registry: what stands in it longer than its hash goes.
  clean('rq:canceled:' .. queue, A[4] - A[5])
  redis.call('ZADD', 'rq:canceled:' .. queue, A[4], id)
  return 1
end
