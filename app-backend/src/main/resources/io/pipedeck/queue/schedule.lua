-- After a failed attempt that is followed by another one.
-- 1 job id, 2 queue, 3 timestamp, 4 epoch second of the next start, 5 rev, 6 '1' if its start was not shown
function changes.schedule(A)
  local id, queue = A[1], A[2]
  local hash = 'rq:job:' .. id
  local shown = redis.call('HMGET', hash, 'data', 'pd_rev', 'status', 'pd_unlogged')
  if A[6] == '1' then redis.call('LREM', 'rq:queue:' .. queue .. ':intermediate', 0, id) end
  if is_late(A[5], shown[2]) then return 0 end
  redis.call('ZREM', 'rq:wip:' .. queue, id)
  if not shown[1] or shown[3] == 'canceled' then return 0 end
  set(hash, shown[4], 'status', 'scheduled', 'ended_at', A[3], 'pd_rev', A[5])
  redis.call('ZADD', 'rq:scheduled:' .. queue, A[4], id)
  return 1
end
