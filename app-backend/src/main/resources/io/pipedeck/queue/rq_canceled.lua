-- ARGV: job ids
-- Returns those that are canceled or stopped, each with the rev that its hash tells.
local canceled = {}
for _, id in ipairs(ARGV) do
  local hash = 'rq:job:' .. id
  local v = redis.call('TYPE', hash).ok == 'hash' and redis.call('HMGET', hash, 'status', 'pd_rev') or {}
  if v[1] == 'canceled' or v[1] == 'stopped' then
    canceled[#canceled + 1] = id
    canceled[#canceled + 1] = v[2] or '0'
  end
end
return canceled
