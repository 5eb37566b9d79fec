-- Pops ids, the most urgent queue first; they stand in the queue's intermediate list until they are started.
-- ARGV: 1 how many at most, then for each queue its name and how many of them it has a right to before the others
-- Returns queue, id, queue, id …; nothing while all workers are suspended.
local taken, left = {}, tonumber(ARGV[1])
if redis.call('EXISTS', 'rq:suspended') == 1 then return {'suspended'} end
local function take(queue, most)
  if most <= 0 then return end
  local list = 'rq:queue:' .. queue
  local ids = redis.call('LPOP', list, most)
  if not ids then return end
  redis.call('RPUSH', list .. ':intermediate', unpack(ids))
  for _, id in ipairs(ids) do
    taken[#taken + 1] = queue
    taken[#taken + 1] = id
  end
  left = left - #ids
end
for i = 2, #ARGV, 2 do take(ARGV[i], math.min(left, tonumber(ARGV[i + 1]))) end
for i = 2, #ARGV, 2 do take(ARGV[i], left) end
return taken
