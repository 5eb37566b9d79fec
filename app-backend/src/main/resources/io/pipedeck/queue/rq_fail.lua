-- A job that a Python program enqueued has failed, was stopped, or was left by a worker that died.
-- 1 job id, 2 queue, 3 timestamp, 4 epoch second, 5 worker name or '', 6 base64(zlib(text)),
-- 7 mode: 'failed' or 'stopped' for good; 'again' where the row of ours has another attempt; 'retry' where RQ's own count
--   of retries decides; 'abandoned' is 'retry' for an entry of rq:wip whose time is over
-- 8 rev of the row or '', 9 id of the row or '', 10 member of rq:wip, 11 epoch second of the next start where the row says it
-- Returns 1 if it was shown, 0 if the job has gone on or is gone.
function changes.rq_fail(A)
  local id, queue, epoch, mode = A[1], A[2], tonumber(A[4]), A[7]
  local hash, results, wip = 'rq:job:' .. id, 'rq:results:' .. id, 'rq:wip:' .. queue
  local known = redis.call('TYPE', hash).ok == 'hash'
  local shown = known and redis.call('HMGET', hash, 'data', 'status', 'pd_rev', 'worker_name', 'pd_job', 'pd_worker',
    'retries_left', 'retry_intervals', 'enqueue_at_front_on_retry', 'failure_ttl') or {}
  if mode == 'abandoned' then
    -- Jobs of ours are rescued by what PostgreSQL says, unless a worker of RQ took an id that had been ours.
    if shown[1] and shown[3] and (not shown[5] or shown[4] == shown[6]) then return 0 end
    local score = redis.call('ZSCORE', wip, A[10])
    if not score or tonumber(score) > epoch then return 0 end
  end
  if shown[1] and A[8] ~= '' and is_late(A[8], shown[3]) then return 0 end
  redis.call('ZREM', wip, A[10])
  if not shown[1] then return mode == 'abandoned' and 1 or 0 end
  if A[8] ~= '' then
    if shown[2] == 'canceled' then return 0 end
    redis.call('HSET', hash, 'pd_rev', A[8], 'pd_job', A[9])
  elseif shown[2] ~= 'started' or (mode ~= 'abandoned' and shown[4] ~= A[5]) then
    return mode == 'abandoned' and 1 or 0
  end
  redis.call('LREM', 'rq:queue:' .. queue, 0, id)
  leave_registries(id, queue, {'scheduled', 'finished', 'deferred'})
  local left = whole(shown[7], 0)
  if mode == 'again' or (mode ~= 'failed' and mode ~= 'stopped' and left > 0) then
    local start = epoch
    if A[11] ~= '' then
      start = tonumber(A[11])
    else
      local readable, pauses = pcall(cjson.decode, shown[8] or '')
      if readable and type(pauses) == 'table' and #pauses > 0 then
        start = epoch + whole(pauses[math.max(#pauses - left, 0) + 1], 0)
      end
    end
    redis.call('HSET', hash, 'retries_left', math.max(left - 1, 0), 'ended_at', A[3])
    redis.call('SADD', 'rq:queues', 'rq:queue:' .. queue)
    if start > epoch then
      redis.call('HSET', hash, 'status', 'scheduled')
      redis.call('ZADD', 'rq:scheduled:' .. queue, start, id)
    else
      redis.call('HSET', hash, 'status', 'queued', 'enqueued_at', A[3])
      redis.call(shown[9] == '1' and 'LPUSH' or 'RPUSH', 'rq:queue:' .. queue, id)
    end
    return 1
  end
  local status = mode == 'stopped' and 'stopped' or 'failed'
  redis.call('HSET', hash, 'status', status, 'ended_at', A[3], 'last_heartbeat', A[3])
  redis.call('XADD', results, 'MAXLEN', '~', '10', '*', 'type', '2', 'worker_name', shown[4] or '', 'exc_string', A[6])
  if status == 'failed' then release_dependents(id, A[3], true) end
  local ttl = whole(shown[10], 31536000)
  if ttl > 0 then
    for _, key in ipairs({results, hash, hash .. ':dependents', 'rq:job::' .. id .. ':dependencies'}) do
      redis.call('EXPIRE', key, ttl)
    end
    redis.call('ZADD', 'rq:failed:' .. queue, epoch + ttl, id)
  else
    redis.call('ZADD', 'rq:failed:' .. queue, '-1', id)
  end
  return 1
end
