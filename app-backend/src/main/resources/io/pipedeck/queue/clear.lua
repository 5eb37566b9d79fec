-- Takes an id off every list and registry, if its hash is as it was seen. What it is to show is told after that.
-- 1 job id, 2 queue, 3 rev as it was seen or '', 4 ttl of a hash that nothing speaks of any more, '' to leave it
function changes.clear(A)
  local id, queue = A[1], A[2]
  local hash, list = 'rq:job:' .. id, 'rq:queue:' .. queue
  local rev = redis.call('HGET', hash, 'pd_rev')
  if (rev or '') ~= A[3] then return 0 end
  redis.call('LREM', list, 0, id)
  redis.call('LREM', list .. ':intermediate', 0, id)
  for _, registry in ipairs({'wip', 'finished', 'failed', 'scheduled', 'canceled', 'deferred'}) do
    redis.call('ZREM', 'rq:' .. registry .. ':' .. queue, id)
  end
  if rev and A[4] ~= '' then redis.call('EXPIRE', hash, A[4]) end
  return 1
end
