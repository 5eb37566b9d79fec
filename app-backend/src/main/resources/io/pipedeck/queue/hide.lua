-- A job has finished that is not to be shown any more: so many finish that Redis' budget would not hold them.
-- 1 job id, 2 queue, 3 timestamp, 4 rev, 5 length of its base64 return value, 6 '1' if its start was not shown
function begins.hide(first, last, size)
  no_dependents = existing(':dependents', first, last, size) == 0
  local bytes = 0
  for at = first, last, size do bytes = bytes + 1600 + ARGV[at + 4] end
  finished(bytes)
end

function changes.hide(A)
  local id, queue = A[1], A[2]
  local hash = 'rq:job:' .. id
  local shown = redis.call('HMGET', hash, 'pd_rev', 'status', 'pd_unlogged')
  if A[6] == '1' then later('take off', 'rq:queue:' .. queue .. ':intermediate', id) end
  if is_late(A[4], shown[1]) then return 0 end
  if shown[2] ~= 'queued' then redis.call('ZREM', 'rq:wip:' .. queue, id) end
  if shown[2] == 'canceled' then return 0 end
  local waited_for = release_dependents(id, A[3], false)
  if waited_for then redis.call('DEL', hash .. ':dependents', 'rq:job::' .. id .. ':dependencies') end
  -- The file may know it all the same, as it was rewritten meanwhile. Then it is shown again after a restart, and this comes
  -- without a start.
  if shown[3] and A[6] == '1' and not waited_for then
    unlogged('DEL', hash)
  else
    redis.call('DEL', hash)
  end
  return 1
end
