-- Puts an id that was popped, or a job that was started, back at the head of its queue.
-- 1 job id, 2 queue, 3 timestamp, 4 rev of a started job, '' for an id that was only popped
function changes.give_back(A)
  local id, queue = A[1], A[2]
  local hash, list = 'rq:job:' .. id, 'rq:queue:' .. queue
  local popped = redis.call('LREM', list .. ':intermediate', 0, id)
  local shown = redis.call('HMGET', hash, 'data', 'pd_rev', 'status', 'pd_unlogged')
  if A[4] == '' then
    if popped == 0 or redis.call('LPOS', list, id) then return 0 end
  else
    if is_late(A[4], shown[2]) then return 0 end
    redis.call('ZREM', 'rq:wip:' .. queue, id)
    if not shown[1] or shown[3] == 'canceled' then return 0 end
    set(hash, shown[4], 'status', 'queued', 'enqueued_at', A[3], 'started_at', '', 'worker_name', '', 'pd_rev', A[4])
    if redis.call('LPOS', list, id) then return 0 end
  end
  redis.call('LPUSH', list, id)
  return 1
end
