-- Forgets a popped id for which no job waits. A hash of ours that says it waits, and that nothing points at any more, goes;
-- one that a client made expires.
-- 1 job id, 2 queue, 3 ttl
function changes.drop(A)
  local id, queue = A[1], A[2]
  local hash = 'rq:job:' .. id
  local popped = redis.call('LREM', 'rq:queue:' .. queue .. ':intermediate', 0, id)
  local own = redis.call('TYPE', hash).ok == 'hash' and redis.call('HMGET', hash, 'pd_rev', 'status', 'pd_job') or {}
  if own[1] and own[2] == 'queued' and not redis.call('LPOS', 'rq:queue:' .. queue, id) then
    if own[3] then redis.call('EXPIRE', hash, A[3]) else redis.call('DEL', hash) end
  end
  return popped
end
