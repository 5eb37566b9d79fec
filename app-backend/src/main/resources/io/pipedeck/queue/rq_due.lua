-- RQ's scheduler: what is due moves from rq:scheduled to the queue, under RQ's own lock. Native jobs move when
-- PostgreSQL says so.
-- ARGV: 1 epoch second, 2 timestamp, 3 value of the lock, 4 seconds of the lock, 5 how many at once, 6… queues
-- Returns the names of the queues that somebody else schedules.
local now, most, others = tonumber(ARGV[1]), tonumber(ARGV[5]), {}

local function move(queue, due, id)
  local hash = 'rq:job:' .. id
  local v = redis.call('TYPE', hash).ok == 'hash'
    and redis.call('HMGET', hash, 'data', 'pd_rev', 'pd_job', 'enqueue_at_front') or {}
  if v[1] and v[2] and not v[3] then return false end
  -- RQ's client writes the entry a moment before the job.
  if not v[1] and tonumber(redis.call('ZSCORE', due, id)) > now - 60 then return false end
  redis.call('ZREM', due, id)
  if v[1] then
    redis.call('SADD', 'rq:queues', 'rq:queue:' .. queue)
    redis.call('HSET', hash, 'status', 'queued', 'enqueued_at', ARGV[2])
    redis.call('HSETNX', hash, 'timeout', '180')
    redis.call(v[4] == '1' and 'LPUSH' or 'RPUSH', 'rq:queue:' .. queue, id)
  end
  return true
end

for q = 6, #ARGV do
  local queue = ARGV[q]
  local lock, due = 'rq:scheduler-lock:' .. queue, 'rq:scheduled:' .. queue
  local holder = redis.call('GET', lock)
  if holder and holder ~= ARGV[3] then
    others[#others + 1] = queue
  else
    redis.call('SET', lock, ARGV[3], 'EX', ARGV[4])
    local kept, looks, ids = 0, 0, nil
    repeat
      ids = redis.call('ZRANGEBYSCORE', due, 0, now, 'LIMIT', kept, most)
      for _, id in ipairs(ids) do
        if not move(queue, due, id) then kept = kept + 1 end
      end
      looks = looks + 1
    until #ids < most or looks == 10
  end
end
return others
