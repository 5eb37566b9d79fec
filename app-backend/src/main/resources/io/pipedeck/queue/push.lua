-- Makes a queued job visible to workers, once: an id that waits or runs already stays where it is. Where the queue's window
-- is full it waits in PostgreSQL, and so do all after it until the feeder has caught up.
-- 1 job id, 2 queue, 3 timestamp, 4 data, 5 description, 6 timeout, 7 created_at, 8 rev,
-- 9 '1' to push beyond the window, '2' for one that may stand in its queue without a hash: there it stays,
-- 10 '1' if its hash is not worth writing to the file
-- Returns 1 if it was pushed, 0 if that was not needed, 2 if it waits in PostgreSQL.
local none_known, pushed = false, {}
function begins.push(...)
  none_known, pushed = existing('', ...) == 0, {}
end

function changes.push(A)
  local id, queue, now = A[1], A[2], A[3]
  local hash, list = 'rq:job:' .. id, 'rq:queue:' .. queue
  local w = window(queue)
  if pushed[id] then return 0 end
  local known = not none_known and redis.call('EXISTS', hash) == 1
  local stands = (known or A[9] == '2') and redis.call('LPOS', list, id)
  if known then
    local shown = redis.call('HMGET', hash, 'pd_rev', 'status')
    if stands and not (A[9] == '2' and not shown[1]) then return 0 end
    if is_late(A[8], shown[1]) then return 0 end
    if shown[1] == A[8] and shown[2] == 'started' and redis.call('ZSCORE', 'rq:wip:' .. queue, id) then return 0 end
  end
  if A[9] == '0' and (w.backlog or w.length >= w.limit) then
    if not w.backlog then
      redis.call('SADD', 'pipedeck:backlog', queue)
      w.backlog = true
    end
    return 2
  end
  if (known or A[9] == '2') and not stands then
    redis.call('LREM', list .. ':intermediate', 0, id)
    for _, registry in ipairs({'wip', 'finished', 'failed', 'scheduled', 'canceled', 'deferred'}) do
      redis.call('ZREM', 'rq:' .. registry .. ':' .. queue, id)
    end
  end
  if known then
    redis.call('PERSIST', hash)
    redis.call('HDEL', hash, 'pd_unlogged')
    redis.call('HSET', hash, 'started_at', '', 'ended_at', '', 'last_heartbeat', '', 'worker_name', '')
  end
  if known or A[10] ~= '1' then
    redis.call('HSET', hash, 'created_at', A[7], 'data', A[4], 'origin', queue, 'status', 'queued', 'timeout', A[6],
      'description', A[5], 'enqueued_at', now, 'pd_rev', A[8])
  else
    unlogged('HSET', hash, 'created_at', A[7], 'data', A[4], 'origin', queue, 'status', 'queued', 'timeout', A[6],
      'description', A[5], 'enqueued_at', now, 'pd_rev', A[8], 'pd_unlogged', '1')
  end
  pushed[id] = true
  if stands then return 0 end
  later('RPUSH', list, id)
  w.length = w.length + 1
  return 1
end
