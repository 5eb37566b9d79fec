-- Forgets workers whose hash has expired: a killed one can't do it itself.
-- ARGV: names of queues
local sets, forgotten = {'rq:workers'}, 0
for _, queue in ipairs(ARGV) do sets[#sets + 1] = 'rq:workers:' .. queue end
for _, set in ipairs(sets) do
  for _, worker in ipairs(redis.call('SMEMBERS', set)) do
    if redis.call('EXISTS', worker) == 0 then forgotten = forgotten + redis.call('SREM', set, worker) end
  end
end
return forgotten
