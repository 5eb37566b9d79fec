-- Looks after ids that stand between pop and start: one that is still there after a minute was left by a worker that
-- died. It goes back to the head of its queue, or away if it has no job. Native jobs are left to what PostgreSQL says.
-- RQ 1.16.2 and newer remember in the same key when they first saw one.
-- ARGV: 1 queue, 2 epoch second, 3 seconds after which it is stuck, 4 timestamp
-- Returns how many were moved.
local queue, now, moved = ARGV[1], tonumber(ARGV[2]), 0
local list = 'rq:queue:' .. queue
local running = nil
for _, id in ipairs(redis.call('LRANGE', list .. ':intermediate', 0, 999)) do
  local seen, hash = list .. ':intermediate:first_seen:' .. id, 'rq:job:' .. id
  local v = redis.call('TYPE', hash).ok == 'hash' and redis.call('HMGET', hash, 'data', 'pd_rev', 'status', 'pd_job') or {}
  if not (v[1] and v[2] and not v[4]) then
    if not redis.call('SET', seen, now, 'NX', 'EX', 86400)
      and now - (tonumber(redis.call('GET', seen)) or now) >= tonumber(ARGV[3]) then
      if not running then
        running = {}
        for _, member in ipairs(redis.call('ZRANGE', 'rq:wip:' .. queue, 0, -1)) do
          running[string.match(member, '^[^:]*')] = true
        end
      end
      if not running[id] then
        redis.call('LREM', list .. ':intermediate', 0, id)
        redis.call('DEL', seen)
        if v[1] and (not v[3] or v[3] == '' or v[3] == 'queued') then
          redis.call('LPUSH', list, id)
          moved = moved + 1
        end
      end
    end
  end
end
return moved
